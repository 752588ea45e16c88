import type { BareJid } from '../../src/message/jid.ts';
import type { Policy } from '../../src/message/policy.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import type { PolicyVersion } from '../../src/store/preference-store.ts';
import { type Database, openDatabase } from '../../src/store/sqlite/database.ts';
import { PreferenceRows } from '../../src/store/sqlite/preferences.ts';
import { DOMAIN } from '../measure/daemon.ts';
import { ANSWERERS, accountOfAnswerer } from './answerer.ts';

/** As a store of many users: every tenth has exceptions. */
const EXCEPTIONS_EVERY = 10;
const MIXTURE: readonly Policy[] = ['client', 'automatic', 'manual', 'refuse'];

/** The users of the items that the `component` benchmark feeds: `client`, so that all make the same receipts. */
const FED_USERS = 1000;

/** A store in which nobody ever chose anything. */
export function makeEmpty(path: string): void {
  withPreferences(path, () => undefined);
}

/** A store in which so many users have a policy each, and nothing else. */
export function fillPreferences(path: string, users: number): void {
  withPreferences(path, (rows) => {
    for (let number = 0; number < users; number += 1)
      choose(rows, userOf(number), policyOf(number));
    for (const kind of ANSWERERS)
      for (let number = 0; number < kind.count; number += 1)
        choose(rows, accountOfAnswerer(kind.name, number), kind.preferences);
  });
}

/** So many of them change their minds. */
export function changePreferences(path: string, users: number): void {
  withPreferences(path, (rows) => {
    for (let number = 0; number < users; number += 1)
      choose(rows, userOf(FED_USERS + number), {
        policy: 'refuse',
        exceptions: exceptions(number),
      });
  });
}

/** The version as the server's module will hold it. */
export function versionIn(path: string): string {
  let version: PolicyVersion = { epoch: '', number: 0 };
  withPreferences(path, (rows) => {
    version = rows.version(DOMAIN);
  });
  return `${version.epoch}:${version.number}`;
}

function withPreferences(path: string, work: (rows: PreferenceRows) => void): void {
  const database: Database = openDatabase(path);
  // The daemon may write at the same time.
  database.pragma('busy_timeout = 5000');
  const rows = new PreferenceRows(database);
  database.transaction(() => work(rows))();
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

function choose(rows: PreferenceRows, account: string, preferences: Preferences): void {
  const chosen = { preferences, changed: Date.now(), isOtherPolicy: true };
  rows.put(account as BareJid, chosen);
}

function userOf(number: number): string {
  return `user${number}@${DOMAIN}`;
}

function policyOf(number: number): Preferences {
  const policy = number < FED_USERS ? 'client' : MIXTURE[number % MIXTURE.length];
  const own = policy === undefined ? {} : { policy };
  return number % EXCEPTIONS_EVERY === 0 ? { ...own, exceptions: exceptions(number) } : own;
}

function exceptions(number: number): Readonly<Record<string, Policy>> {
  return {
    [`friend${number}@elsewhere.example`]: 'automatic',
    [`colleague${number}@elsewhere.example`]: 'manual',
    [`spam${number}.example`]: 'refuse',
  };
}

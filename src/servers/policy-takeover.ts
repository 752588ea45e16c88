import type { Link } from '../link/link.ts';
import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import {
  type EnforcedPart,
  enforcedQuery,
  readEnforcedPart,
  readPolicyLine,
} from '../protocol/enforced-policies.ts';
import { conditionOf } from '../protocol/iq.ts';
import { element } from '../protocol/xml.ts';
import type { Rules } from '../receipt/rules.ts';
import { stricterOf } from '../receipt/stricter.ts';
import type { Enforced, PreferenceStore } from '../store/preference-store.ts';
import type { Counters, PolicyNotSent } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import { isKnown } from './policy-pages.ts';

export interface TakeoverParts {
  readonly preferences: Pick<PreferenceStore, 'lastNumberOf' | 'version' | 'takeIn'>;
  readonly link: Pick<Link, 'request'>;
  readonly rules: Rules;
  /** Our own domain. */
  readonly component: string;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
}

/** Maximum number of parts in which a module tells its policies: some three million accounts. */
const MOST_PARTS = 2000;

/** Accounts that the log names. */
const MAX_NAMED = 100;

interface Found {
  readonly version: string;
  readonly enforced: readonly Enforced[];
}

/** Ours may not replace them: the reason, and what the log says of it. */
interface Refusal {
  readonly because: PolicyNotSent;
  readonly line: string;
}

/**
 * Keeps what one server enforces and this store does not know, before we send it what we know: the
 * store may be new, an older copy or another one. Who had more protection keeps it.
 */
export class PolicyTakeover {
  readonly #domain: string;
  readonly #parts: TakeoverParts;
  #said = '';

  constructor(domain: string, parts: TakeoverParts) {
    this.#domain = domain;
    this.#parts = parts;
  }

  /** Answers with the version of the policies that ours may replace now, if they may. */
  async takeIn({ held, gives }: { held: string; gives: boolean }): Promise<string | undefined> {
    // If a module holds no version and cannot tell its policies, nobody can know them.
    if (!gives) return held === '' ? held : this.#refuse(cannotTell(this.#domain, held));
    const found = await this.#find();
    if ('because' in found) return this.#refuse(found);
    if (found.enforced.length > 0) await this.#keep(found);
    return found.version;
  }

  /** All that it enforces, or what is wrong; nothing of a version that we gave out. */
  async #find(): Promise<Found | Refusal> {
    const told: (readonly string[])[] = [];
    for (let part = 1; part <= MOST_PARTS; part += 1) {
      const page = await this.#ask(part);
      if ('because' in page) return page;
      const { version } = page;
      if (await isKnown(this.#parts.preferences, version)) return { version, enforced: [] };
      told.push(page.lines);
      if (page.isLast) return this.#read(told.flat(), version);
    }
    return endless(this.#domain);
  }

  #read(lines: readonly string[], version: string): Found | Refusal {
    const read = lines.map((line) => readPolicyLine(line, this.#domain));
    const enforced = read.filter((one) => one !== undefined);
    return enforced.length < lines.length ? unreadable(this.#domain) : { version, enforced };
  }

  async #ask(part: number): Promise<EnforcedPart | Refusal> {
    const { link, component } = this.#parts;
    const attrs = { type: 'get', from: component, to: this.#domain };
    const answer = await link.request(element('iq', attrs, enforcedQuery(part)));
    return readEnforcedPart(answer) ?? doesNotTell(this.#domain, conditionOf(answer));
  }

  async #keep({ version: held, enforced }: Found): Promise<void> {
    const { preferences, rules, log, now } = this.#parts;
    const merge: Merge = (ours, theirs) => stricterOf(ours, theirs, rules.policy);
    const { epoch, number } = await preferences.version(this.#domain);
    const changed: BareJid[] = [];
    for (let from = 0; from < enforced.length; from += AT_ONCE) {
      const some = enforced.slice(from, from + AT_ONCE);
      changed.push(...(await preferences.takeIn(some, { merge, now: now() })));
    }
    // The module lost count of its versions, but holds nothing that we do not know.
    if (held === '' && changed.length === 0) return;
    const counts = { accounts: enforced.length, changed: changed.length };
    log.error(
      { domain: this.#domain, held, version: `${epoch}:${number}`, ...counts },
      takenIn(this.#domain, counts),
    );
    for (const account of changed.slice(0, MAX_NAMED))
      log.warn({ account }, 'the policy of this account was taken from its server into the store');
  }

  #refuse({ because, line }: Refusal): undefined {
    const { counters, log } = this.#parts;
    counters.count(`policies not sent: ${because}`);
    if (this.#said !== line) log.error({ domain: this.#domain, because }, line);
    this.#said = line;
    return undefined;
  }
}

type Merge = Parameters<PreferenceStore['takeIn']>[1]['merge'];

/** Accounts that are kept in one transaction. */
const AT_ONCE = 1000;

function takenIn(domain: string, { accounts, changed }: { accounts: number; changed: number }) {
  return (
    `${domain} holds policies that this store does not know: the store is new, an older copy, or not the right one. ` +
    `Of ${accounts} accounts ${changed} were taken into the store; of two policies the stricter one holds. ` +
    'If it is not the right store, stop the daemon and correct the setting "store", or restore a backup (docs/operating.md).'
  );
}

function cannotTell(domain: string, held: string): Refusal {
  const line =
    `${domain} holds policies that this store does not know (version ${held}), and its mod_receipts cannot tell them: ` +
    'they stay in force there, and what users choose now is saved but not enforced. ' +
    'Update mod_receipts on that server, or correct the setting "store".';
  return { because: 'module cannot tell its own', line };
}

function unreadable(domain: string): Refusal {
  const line =
    `${domain} holds policies that this version cannot read: they stay in force there, and what users choose now is ` +
    'saved but not enforced. Update the daemon.';
  return { because: 'not readable', line };
}

function endless(domain: string): Refusal {
  const line =
    `${domain} tells the policies that it holds without an end: they stay in force there, and what users choose now ` +
    'is saved but not enforced until it ends. Update mod_receipts on that server.';
  return { because: 'module tells its own without end', line };
}

function doesNotTell(domain: string, condition: string): Refusal {
  const line =
    `${domain} does not tell the policies that it holds (${condition}): they stay in force there, and what users ` +
    'choose now is saved but not enforced until it does. See the log of that server.';
  return { because: 'module did not tell its own', line };
}

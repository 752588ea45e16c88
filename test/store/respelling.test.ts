import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { openStore } from '../../src/store/open.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { respell } from '../../src/store/sqlite/respelling.ts';
import { ALICE, accepted, BOB, fact, keyOf, T0 } from '../support/facts.ts';
import { upgraded } from './first-store.ts';
import { judging, NOW } from './judging.ts';
import { temporaryPath } from './place.ts';

/** The columns in which addresses stand. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  messages: ['sender', 'recipient'],
  aliases: ['sender', 'recipient'],
  read_up_to: ['sender', 'recipient'],
  outbox: ['sender', 'recipient', 'receipt'],
  forgotten: ['account'],
  preferences: ['account', 'preferences'],
  questions: ['recipient', 'sender'],
  asked_messages: ['recipient', 'sender'],
  question_numbers: ['recipient'],
  ticks: ['sender', 'recipient', 'tick'],
};

/** SQL that gives everybody of the fixture another domain, in every table. */
function inDomain(domain: string): string {
  return Object.entries(COLUMNS)
    .flatMap(([table, columns]) =>
      columns.map(
        (it) => `UPDATE ${table} SET ${it} = replace(${it}, 'example.org', '${domain}');`,
      ),
    )
    .join('\n');
}

const SPELLINGS = [
  { is: 'bücher.test', was: 'xn--bcher-kva.test' },
  { is: 'bücher.test', was: 'bücher.test'.normalize('NFD') },
  { is: 'bücher.test', was: 'BÜCHER.test' },
  { is: 'bücher.test', was: 'bücher.test.' },
  { is: 'bücher.test', was: 'ｂücher．test' },
  { is: 'example.org', was: 'EXAMPLE.org.' },
  { is: 'xn--bcher-kva.test', was: 'bücher.test' },
];

describe.each(SPELLINGS)(
  'addresses that an older daemon kept as of $was, now $is',
  ({ is, was }) => {
    const open = () => upgraded(inDomain(was), [is]);
    const of = (name: string) => `${name}@${is}` as BareJid;
    const key = (from: string, to: string, id: string) => keyOf(id, of(from), of(to));

    test('are found as senders and recipients of messages, aliases and markers', async () => {
      const store = await open();
      const unsent = await store.records.find(key('eve', 'dave', 'origin-unsent'));
      expect(unsent?.tracked.key).toEqual(key('eve', 'dave', 'unsent'));
      expect(unsent?.tracked.told).toMatchObject([{ status: 'stored' }]);
      const read = await store.records.find(key('dave', 'eve', 'read-1'));
      expect(read?.readUpTo).toMatchObject({ position: T0 + 22, at: T0 + 24 });
      expect(read?.tracked.record.facts).toMatchObject([{ kind: 'accepted' }, { kind: 'sent' }]);
    });

    test('have their policies, exceptions and questions', async () => {
      const store = await open();
      expect(await store.preferences.get(of('bob'))).toMatchObject({ policy: 'manual' });
      const { exceptions = {} } = await store.preferences.get(of('bob'));
      expect(exceptions).toMatchObject({ 'spam.example': 'refuse', [of('carol')]: 'client' });
      const changed = await store.preferences.changedSince(is, 4, 9);
      expect(changed.map(({ account }) => account)).toEqual(['bob', 'carol', 'dave'].map(of));
      expect(await store.questions.waiting(of('bob'))).toMatchObject([
        { number: 1, sender: of('alice'), messages: 1 },
      ]);
      const yes = { key: key('alice', 'bob', 'asked'), facts: [fact('approved', 70)] };
      await store.records.update([yes], judging());
      expect(await store.questions.waiting(of('bob'))).toEqual([]);
    });

    test('get each receipt that waits once, in a stanza of the name that it had', async () => {
      const store = await open();
      const claim = { leaseUntil: NOW + 90_000, maxParcels: 9, maxReceipts: 99, except: [] };
      const parcels = await store.receipts.claim({ now: NOW + 60_001, ...claim });
      const sent = parcels.flatMap(({ to, receipts }) =>
        receipts.map((it) => [to, it.key.sender, it.key.recipient, it.key.id].join()),
      );
      const rows = [
        [of('carol'), of('dave'), 'lent'],
        [of('eve'), of('dave'), 'unsent'],
        [of('dave'), 'eve@example.net', 'failed'],
        [of('dave'), of('bob'), 'yes'],
        [of('dave'), of('eve'), 'again'],
        [of('dave'), of('eve'), 'again'],
      ];
      expect(sent.toSorted()).toEqual(
        rows.map(([from, ...rest]) => [from, from, ...rest].join()).toSorted(),
      );
      expect(parcels.map(({ id }) => id)).toContain('r-dcf3df5b-7cb9-472d-aabb-caf923c50b06');
    });

    test('have the tick that was ordered, with the sender as the server wrote it', async () => {
      const store = await open();
      const claim = { now: NOW, leaseUntil: NOW + 90_000, limit: 9 };
      expect((await store.ticks.claim({ domain: is, ...claim })).map(({ tick }) => tick)).toEqual([
        {
          key: key('dave', 'bob', 'yes'),
          token: 'tok-yes',
          because: 'approved',
          writtenSender: `dave@${was}`,
        },
      ]);
      const asked = await store.records.find(key('alice', 'bob', 'asked'));
      expect(asked?.tracked.record.facts[0]).toMatchObject({
        token: 'tok-asked',
        writtenSender: `alice@${was}`,
      });
    });

    test('stay deleted', async () => {
      const store = await open();
      const gone = { key: key('gone', 'bob', 'm1'), facts: [accepted(-1)] };
      await store.records.update([gone], judging());
      expect(await store.records.find(gone.key)).toBeUndefined();
    });
  },
);

test('an exception that an older daemon kept as it was typed stands there in the right spellings', async () => {
  const exceptions = { 'BÜCHER.TEST.': 'refuse', 'ann@EXAMPLE.net': 'manual' };
  const sql = `UPDATE preferences SET preferences = '${JSON.stringify({ exceptions })}' WHERE account = '${BOB}';`;
  const store = await upgraded(sql, ['example.org']);
  expect((await store.preferences.get(BOB)).exceptions).toEqual({
    'bücher.test': 'refuse',
    'xn--bcher-kva.test': 'refuse',
    'ann@example.net': 'manual',
  });
  const changed = await store.preferences.changedSince('example.org', 4, 9);
  expect(changed.map(({ account }) => account)).toEqual([BOB]);
});

test('addresses are spelled anew when a domain of ours is configured in another spelling', async () => {
  const path = await temporaryPath();
  const address = `sqlite:${path}`;
  const before = openStore(address, { domains: ['xn--bcher-kva.test'] });
  const facts = [accepted(), fact('stored', 1)];
  await before.records.update(
    [{ key: keyOf('m1', ALICE, 'eve@xn--bcher-kva.test' as BareJid), facts }],
    judging(),
  );
  await before.close();
  const store = openStore(address, { domains: ['bücher.test'] });
  onTestFinished(() => store.close());
  const found = await store.records.find(keyOf('m1', ALICE, 'eve@bücher.test' as BareJid));
  expect(found?.tracked.record.facts).toHaveLength(2);
  expect(found?.tracked.record.facts[0]).toMatchObject({ at: accepted().at });
});

test('the first opening of an older file waits until another process has written', async () => {
  const path = await temporaryPath();
  const database = openDatabase(path);
  onTestFinished(() => void database.close());
  const other = new Worker(HOLDER, { eval: true, workerData: path });
  onTestFinished(async () => void (await other.terminate()));
  await once(other, 'message');
  respell(database, ['xn--bcher-kva.test']);
  expect(database.prepare('SELECT spelled FROM store').get()).toMatchObject({
    spelled: expect.stringContaining('xn--bcher-kva.test'),
  });
});

/** Holds the lock of the file for a while, although this thread does nothing but wait for it. */
const HOLDER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const database = new (require('better-sqlite3'))(workerData);
  database.exec('BEGIN IMMEDIATE');
  parentPort.postMessage('held');
  setTimeout(() => database.exec('COMMIT'), 200);`;

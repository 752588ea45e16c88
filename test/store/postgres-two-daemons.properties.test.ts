import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Fact, FactKind } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { addFacts, EMPTY_RECORD } from '../../src/message/record.ts';
import { anyDetailedFact, anyTelling, keyOf } from '../support/facts.ts';
import { Postgres } from '../support/postgres.ts';
import { HERE, OneOfTwo, THERE } from './two-daemons.ts';

const RUNS = 1000;

/** Each run is some ten transactions, on a machine that may be busy. */
const LIMIT_MS = 600_000;

let postgres: Postgres;
let daemons: readonly [OneOfTwo, OneOfTwo];

beforeAll(async () => {
  postgres = await Postgres.start();
  const address = await postgres.database();
  daemons = [new OneOfTwo(address, HERE), new OneOfTwo(address, THERE)];
});

afterAll(async () => {
  for (const { store } of daemons ?? []) await store.close();
  await postgres?.stop();
});

/** What servers report. The rest is made here. */
const KINDS: readonly FactKind[] = [
  ...(['accepted', 'relayed', 'sent', 'kept', 'stored', 'failed'] as const),
  ...(['acked', 'received', 'displayed', 'lost'] as const),
];

interface Story {
  readonly facts: readonly Fact[];
  readonly telling: readonly (readonly Fact[])[];
  /** Who is told each piece. */
  readonly hearers: readonly (0 | 1)[];
  /** When the sender's daemon sends in between. */
  readonly sends: readonly boolean[];
}

const anyStory: fc.Arbitrary<Story> = fc
  .array(anyDetailedFact({ hours: 3, kinds: KINDS }), { minLength: 1, maxLength: 8 })
  .chain((facts) =>
    fc.record({
      facts: fc.constant(facts),
      telling: anyTelling(facts),
      hearers: fc.array(fc.constantFrom(0 as const, 1 as const), { minLength: 6, maxLength: 6 }),
      sends: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    }),
  );

let stories = 0;

test(
  'facts of two servers in any order through two daemons come to one record, and each receipt is sent once, by the daemon of the sender',
  async () => {
    await fc.assert(fc.asyncProperty(anyStory, live), { numRuns: RUNS });
  },
  LIMIT_MS,
);

async function live({ facts, telling, hearers, sends }: Story): Promise<void> {
  stories += 1;
  const [here, there] = daemons;
  const sender = `alice${stories}@example.org` as BareJid;
  const key = keyOf('m', sender, `bob${stories}@there.example` as BareJid);
  const sent: string[] = [];
  for (const [index, piece] of telling.entries()) {
    await daemons[hearers[index] ?? 0].learn(key, ...piece);
    if (sends[index] === true) sent.push(...(await sentBy(here)));
  }
  await there.learn(key);
  sent.push(...(await sentBy(here)));
  const record = (await here.store.records.find(key))?.tracked.record.facts ?? [];
  expect(record.filter(({ kind }) => kind !== 'expired')).toEqual(
    addFacts(EMPTY_RECORD, facts).facts,
  );
  expect(sent).toEqual([...new Set(sent)]);
  expect(await there.claimAll()).toEqual([]);
}

/** Each status of each message: the same key may come again after an hour. */
async function sentBy(daemon: OneOfTwo): Promise<readonly string[]> {
  const parcels = await daemon.claimAll();
  return parcels.flatMap(({ receipts }) =>
    receipts.map(({ status, messageAt }) => `${status} of ${messageAt}`),
  );
}

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { MessageKey } from '../../src/message/key.ts';
import { POLICIES } from '../../src/message/policy.ts';
import type { News } from '../../src/store/record-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import type { Store } from '../../src/store/store.ts';
import { accepted, anyDetailedFact, DAY, fact, HOUR, keyOf, T0 } from '../support/facts.ts';
import { untilNone } from './contract/acts.ts';
import { judging, NOW } from './judging.ts';
import { MemoryPlace } from './memory/adapter.ts';

const IDS = ['m1', 'm2', 'm3', 'm4'] as const;

/** A fact of a message; the message itself may name another one's id as its origin-id. */
const anyNamedFact: fc.Arbitrary<Fact> = fc
  .tuple(
    anyDetailedFact({ hours: 3, sides: ['both'] }),
    fc.option(fc.constantFrom('o1', ...IDS), { nil: undefined, freq: 3 }),
  )
  .map(([named, originId]) =>
    named.kind === 'accepted' && originId !== undefined ? { ...named, originId } : named,
  );

/** A message that was delivered, and perhaps a marker for it: markers cover what was delivered. */
const anyDelivery: fc.Arbitrary<readonly Fact[]> = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 4, max: 7 }), fc.boolean())
  .map(([sent, read, isMarked]) => [
    accepted(sent),
    fact('received', sent + 1),
    ...(isMarked ? [fact('displayed', read)] : []),
  ]);

/** News of a message between two people, one way or the other. */
interface Told {
  readonly id: string;
  readonly isBack: boolean;
  readonly facts: readonly Fact[];
}

const anyNews: fc.Arbitrary<Told> = fc.record({
  id: fc.constantFrom('o1', ...IDS),
  isBack: fc.boolean(),
  facts: fc.oneof(fc.array(anyNamedFact, { maxLength: 3 }), anyDelivery),
});

const anyStory = fc.record({
  before: fc.array(anyNews, { maxLength: 4 }),
  batch: fc.array(anyNews, { minLength: 1, maxLength: 8 }),
  policy: fc.constantFrom(undefined, ...POLICIES),
  forgotten: fc.option(fc.integer({ min: 0, max: 2 * HOUR }), { nil: undefined, freq: 4 }),
});

type Story = typeof anyStory extends fc.Arbitrary<infer Value> ? Value : never;

const RULE = 'news that come at once make the same of the store as news one after the other';

test(`${RULE}: SQLite`, async () => {
  const store = openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  await fc.assert(fc.asyncProperty(anyStory, (story) => expectSame(store, story)));
});

test(`${RULE}: a late database in memory`, async () => {
  await fc.assert(
    fc.asyncProperty(anyStory, fc.nat(), (story, seed) =>
      expectSame(new MemoryPlace(seed).open(), story),
    ),
  );
});

async function expectSame(store: Store, story: Story): Promise<void> {
  const together = await new Couple(store).live(story, [story.batch]);
  const apart = await new Couple(store).live(
    story,
    story.batch.map((item) => [item]),
  );
  expect(together).toEqual(apart);
}

let couples = 0;

/** Two people whom the store never heard of before. */
class Couple {
  readonly #store: Store;
  readonly #one: BareJid;
  readonly #other: BareJid;

  constructor(store: Store) {
    couples += 1;
    this.#store = store;
    this.#one = `one-${couples}@example.org` as BareJid;
    this.#other = `other-${couples}@example.org` as BareJid;
  }

  /** All that the store holds of the two once it was told these batches. */
  async live(story: Story, batches: readonly (readonly Told[])[]): Promise<unknown> {
    const { before, policy, forgotten } = story;
    const options = judging({ completeUpTo: T0 + 2 * HOUR });
    const preferences = policy === undefined ? {} : { policy };
    const change = () => preferences;
    await this.#store.preferences.change(this.#other, { change, now: NOW + 100 * HOUR });
    await this.#store.records.update(this.#newsOf(before), options);
    if (forgotten !== undefined) await this.#store.upkeep.forget(this.#one, T0 + forgotten);
    for (const batch of batches) await this.#store.records.update(this.#newsOf(batch), options);
    const text = JSON.stringify(await this.#holdings());
    return JSON.parse(text.replaceAll(this.#one, 'one').replaceAll(this.#other, 'other'));
  }

  #newsOf(told: readonly Told[]): readonly News[] {
    return told.map(({ id, isBack, facts }) => ({ key: this.#keyOf(id, isBack), facts }));
  }

  #keyOf(id: string, isBack: boolean): MessageKey {
    return isBack ? keyOf(id, this.#other, this.#one) : keyOf(id, this.#one, this.#other);
  }

  /** What is lent is not given back, so that the next couple does not see it. */
  async #holdings(): Promise<unknown> {
    const store = this.#store;
    const keys = ['o1', ...IDS].flatMap((id) => [this.#keyOf(id, true), this.#keyOf(id, false)]);
    const lease = { now: NOW + DAY, leaseUntil: NOW + 2 * DAY };
    const room = { maxParcels: 50, maxReceipts: 500, except: [] };
    const parcels = await untilNone(() => store.receipts.claim({ ...lease, ...room }));
    const ticks = await store.ticks.claim({ ...lease, domain: 'example.org', limit: 100 });
    const due = (await store.records.due(NOW + DAY, 100_000)).map(textOf);
    const asked = [
      ...(await store.questions.messagesOf(this.#one)),
      ...(await store.questions.messagesOf(this.#other)),
    ];
    return {
      found: await Promise.all(keys.map((key) => store.records.find(key))),
      receipts: parcels.flatMap(({ receipts }) => receipts.map(textOf)).toSorted(),
      ticks: ticks.map(({ tick }) => textOf(tick)).toSorted(),
      asked: asked.map(textOf).toSorted(),
      due: keys.map(textOf).filter((key) => due.includes(key)),
    };
  }
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}

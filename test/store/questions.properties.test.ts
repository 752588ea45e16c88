import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { Stamp } from '../../src/message/time.ts';
import { type Asking, MAX_PER_SENDER } from '../../src/store/question-store.ts';
import type { Store } from '../../src/store/store.ts';
import { accepted, BOB, fact, HOUR, keyOf, SECOND, T0 } from '../support/facts.ts';
import { STORES } from './both-stores.ts';
import { judging, NOW } from './judging.ts';

const LEASE = 60_000;
const SENDERS = ['alice@example.org', 'dave@example.net'] as const;

/** What may happen in any order; `which` picks one of those that are there, if any. */
type Step =
  | { readonly kind: 'reach'; readonly sender: (typeof SENDERS)[number]; readonly count: number }
  | { readonly kind: 'answer' | 'client-answers' | 'remind'; readonly which: number }
  | { readonly kind: 'claim' | 'settle' | 'crash' | 'list' }
  | { readonly kind: 'forget'; readonly sender: (typeof SENDERS)[number] }
  | { readonly kind: 'pass'; readonly ms: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({
      kind: fc.constant('reach'),
      sender: fc.constantFrom(...SENDERS),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    weight: 4,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom('answer', 'client-answers', 'remind'),
      which: fc.nat(3),
    }),
    weight: 4,
  },
  { arbitrary: fc.record({ kind: fc.constantFrom('claim', 'settle') }), weight: 4 },
  fc.record({ kind: fc.constantFrom('crash', 'list') }),
  fc.record({ kind: fc.constant('forget'), sender: fc.constantFrom(...SENDERS) }),
  fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(1, LEASE - 1, LEASE) }),
);

const RULE =
  'whatever is asked, answered, put off and forgotten in a crash, everything is asked until it is answered';

test.each(Object.entries(STORES))(
  `${RULE}: %s`,
  async (_, open) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 20 }), fc.nat(), async (steps, seed) => {
        const model = await Model.start(open(seed));
        try {
          for (const step of steps) {
            await model.take(step);
            await model.check();
          }
          await model.finish();
        } finally {
          await model.store.close();
        }
      }),
      { numRuns: 400 },
    );
  },
  60_000,
);

/** A store, the daemons that put its questions, and a recipient who answers what they were shown. */
class Model {
  readonly store: Store;
  /** The messages that wait for an answer, and who sent them. */
  readonly #open = new Map<string, BareJid>();
  #inHand: Asking[] = [];
  #count = 0;
  #now = NOW;

  constructor(store: Store) {
    this.store = store;
  }

  static async start(store: Store): Promise<Model> {
    const model = new Model(store);
    await model.store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: NOW });
    return model;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'reach':
        for (let more = step.count; more > 0; more -= 1) await this.#reach(step.sender as BareJid);
        return;
      case 'answer':
        return this.#answer(step.which);
      case 'client-answers':
        return this.#clientAnswers(step.which);
      case 'remind':
        return this.store.questions.remind(BOB, [step.which + 1], this.#now + LEASE);
      case 'claim':
        return this.#claim();
      case 'settle':
        return this.#settle();
      case 'list':
        await this.store.questions.show(BOB);
        return;
      case 'forget':
        return this.#forget(step.sender as BareJid);
      case 'crash':
        this.#inHand = [];
        return;
      case 'pass':
        this.#now += step.ms;
    }
  }

  /** What is open is in exactly one question of its sender, and no question is empty or holds anything else. */
  async check(): Promise<void> {
    const messages = await this.store.questions.messagesOf(BOB);
    expect(messages.map(({ key }) => key.id).toSorted()).toEqual([...this.#open.keys()].toSorted());
    const waiting = await this.store.questions.waiting(BOB);
    expect(waiting.reduce((sum, { messages: count }) => sum + count, 0)).toBe(messages.length);
    expect((await this.store.upkeep.backlog()).questions).toBe(waiting.length);
    for (const sender of SENDERS) {
      const numbers = waiting.filter((it) => it.sender === sender).map(({ number }) => number);
      expect(numbers.length).toBeLessThanOrEqual(MAX_PER_SENDER);
    }
    expect(new Set(waiting.map(({ number }) => number)).size).toBe(waiting.length);
  }

  /** Nothing goes wrong any more, and everything that is asked is answered. */
  async finish(): Promise<void> {
    this.#inHand = [];
    for (let round = 0; this.#open.size > 0; round += 1) {
      expect(round).toBeLessThan(20);
      this.#now += 10 * LEASE;
      await this.#claim();
      await this.#settle();
      const before = this.#open.size;
      for (const { number } of await this.store.questions.waiting(BOB))
        await this.#answer(number - 1);
      expect(this.#open.size).toBeLessThan(before);
    }
    await this.check();
    this.#now += 10 * LEASE;
    await this.#claim();
    expect(this.#inHand).toEqual([]);
  }

  get #stamp(): Stamp {
    return T0 + this.#count * SECOND;
  }

  async #reach(sender: BareJid): Promise<void> {
    const id = `m${this.#count++}`;
    const after = this.#stamp - T0;
    const facts = [accepted(after), fact('acked', after + 1)];
    await this.store.records.update(
      [{ key: keyOf(id, sender), facts }],
      judging({ now: this.#now }),
    );
    this.#open.set(id, sender);
  }

  async #answer(which: number): Promise<void> {
    for (const { key } of await this.store.questions.shownOf(BOB, which + 1)) {
      const facts = [fact(which % 2 ? 'approved' : 'declined', HOUR)];
      await this.store.records.update([{ key, facts }], judging({ now: this.#now }));
      expect(this.#open.delete(key.id)).toBe(true);
    }
  }

  /** An answer that got through, as the policy was another one for a while. */
  async #clientAnswers(which: number): Promise<void> {
    const [id, sender] = [...this.#open][which] ?? [];
    if (id === undefined || sender === undefined) return;
    const news = { key: keyOf(id, sender), facts: [fact('received', HOUR)] };
    await this.store.records.update([news], judging({ now: this.#now }));
    this.#open.delete(id);
  }

  async #claim(): Promise<void> {
    const now = this.#now;
    const claim = { now, dueUntil: now, leaseUntil: now + LEASE, maxRecipients: 3, except: [] };
    const askings = await this.store.asking.claim(claim);
    for (const { questions } of askings) expect(questions.length).toBeGreaterThan(0);
    this.#inHand.push(...askings);
  }

  async #settle(): Promise<void> {
    for (const { recipient, questions } of this.#inHand.splice(0))
      await this.store.asking.settle(
        recipient,
        questions.map(({ number }) => number),
      );
  }

  async #forget(sender: BareJid): Promise<void> {
    await this.store.upkeep.forget(sender, this.#stamp);
    this.#count += 2;
    for (const [id, its] of this.#open) if (its === sender) this.#open.delete(id);
  }
}

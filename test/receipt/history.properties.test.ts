import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fact, FactKind, Stamp } from '../../src/message/fact.ts';
import { newestLife } from '../../src/message/life.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { EMPTY_RECORD } from '../../src/message/record.ts';
import { RANK, type Status, statusOf } from '../../src/message/status.ts';
import { disclosedTo } from '../../src/receipt/disclose.ts';
import { type Judgement, judge, type Told, type Tracked } from '../../src/receipt/judge.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Rules } from '../../src/receipt/rules.ts';
import {
  anyFact,
  anyTelling,
  DAY,
  FACT_KINDS,
  keyOf,
  MINUTE,
  RULES,
  T0,
} from '../support/facts.ts';

/** What servers report; the rest we make ourselves. */
const REPORTED = FACT_KINDS.filter((kind) => !['expired', 'approved', 'declined'].includes(kind));
const OPEN: readonly FactKind[] = ['accepted', 'relayed', 'sent', 'stored', 'acked'];

const anyRules: fc.Arbitrary<Rules> = fc
  .record({
    policy: fc.constantFrom(...POLICIES).map((policy) => ({ ...RULES.policy, default: policy })),
    disclosure: fc.constantFrom('subscribers', 'everyone'),
  })
  .map((changed) => ({ ...RULES, ...changed }));

const oneLife = anyFacts(1, REPORTED);
const severalLives = fc.oneof(anyFacts(6, REPORTED), anyFacts(6, OPEN));

test('however the facts come, the same is known in the end', () => {
  const story = severalLives.chain((facts) =>
    fc.tuple(anyTelling(facts), anyTelling(facts), anyRules),
  );
  fc.assert(
    fc.property(story, ([one, other, rules]) => {
      const first = new History(rules).tell(one).letTimePass();
      const second = new History(rules).tell(other).letTimePass();
      expect(second.tracked.record).toEqual(first.tracked.record);
      expect(second.status).toBe(first.status);
    }),
  );
});

test('no receipt tells what must not be disclosed', () => {
  const story = severalLives.chain((facts) => fc.tuple(anyTelling(facts), anyRules, anySending()));
  fc.assert(
    fc.property(story, ([pieces, rules, sending]) => {
      new History(rules, sending, ({ tracked, receipts }) => {
        const life = newestLife(tracked.record);
        for (const { status, at } of receipts) {
          const context = { rules, readUpTo: undefined, recipient: {} };
          const { proofs } = disclosedTo(tracked.key, life ?? { startedAt: 0, facts: [] }, context);
          expect(proofs).toContainEqual(expect.objectContaining({ status, at }));
        }
      })
        .tell(pieces)
        .letTimePass();
    }),
  );
});

test('of one message no status is told twice, and none after a further one', () => {
  const story = oneLife.chain((facts) => fc.tuple(anyTelling(facts), anyRules, anySending()));
  fc.assert(
    fc.property(story, ([pieces, rules, sending]) => {
      const { sent } = new History(rules, sending).tell(pieces).letTimePass();
      const statuses = sent.map(({ status }) => status);
      expect(new Set(statuses).size).toBe(statuses.length);
      const ranks = statuses.map((status) => RANK[status]);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
  );
});

test('what was told last is what is true, unless the client tells it itself', () => {
  const story = oneLife.chain((facts) => fc.tuple(anyTelling(facts), anySending()));
  fc.assert(
    fc.property(story, ([pieces, sending]) => {
      const rules: Rules = {
        ...RULES,
        policy: { ...RULES.policy, default: 'automatic' },
        disclosure: 'everyone',
      };
      const history = new History(rules, sending).tell(pieces).letTimePass();
      if (history.last?.decision.kind === 'tell')
        expect(history.sent.map(({ status }) => status)).toContain(history.status);
      if (
        history.last?.decision.kind === 'hold' &&
        history.last.decision.because === 'already-told'
      )
        expect(history.sent.map(({ status }) => status)).toContain(history.status);
    }),
  );
});

test('a stranger is told nothing but relayed and failed', () => {
  const strangers = severalLives.map((facts) =>
    facts.map((fact) => (fact.kind === 'accepted' ? { ...fact, maySee: false } : fact)),
  );
  const story = strangers.chain((facts) => fc.tuple(anyTelling(facts), anyRules, anySending()));
  fc.assert(
    fc.property(story, ([pieces, rules, sending]) => {
      const { sent } = new History({ ...rules, disclosure: 'subscribers' }, sending)
        .tell(pieces)
        .letTimePass();
      for (const { status } of sent) expect(['relayed', 'failed']).toContain(status);
    }),
  );
});

function anyFacts(hours: number, kinds: readonly FactKind[]): fc.Arbitrary<readonly Fact[]> {
  return fc.array(anyFact({ hours, kinds }), { minLength: 1, maxLength: 8 });
}

/** After which judgements the outbox gets round to sending. */
function anySending(): fc.Arbitrary<readonly boolean[]> {
  return fc.array(fc.boolean(), { maxLength: 8 });
}

/** One key's way through the judge, with an outbox that sends now and then. */
class History {
  tracked: Tracked = { key: keyOf('m1'), record: EMPTY_RECORD, told: [] };
  last: Judgement | undefined;
  readonly sent: Receipt[] = [];
  #unsent: readonly Receipt[] = [];
  #judgements = 0;
  readonly #rules: Rules;
  readonly #sending: readonly boolean[];
  readonly #look: (judgement: Judgement) => void;

  constructor(
    rules: Rules,
    sending: readonly boolean[] = [],
    look: (judgement: Judgement) => void = () => {},
  ) {
    this.#rules = rules;
    this.#sending = sending;
    this.#look = look;
  }

  get status(): Status | undefined {
    return statusOf(newestLife(this.tracked.record)?.facts ?? []);
  }

  /** Facts come while the servers are not known to have said all. */
  tell(pieces: readonly (readonly Fact[])[]): this {
    for (const news of pieces) this.#judge(news, 0);
    return this;
  }

  /** The servers have said all; everything is looked at until nothing is left to look at. */
  letTimePass(): this {
    const end = T0 + 30 * DAY;
    for (let at = T0; at < end; at = Math.min(this.last?.wakeAt ?? end, end) + MINUTE)
      this.#judge([], at);
    this.#judge([], end);
    this.#send();
    return this;
  }

  #judge(news: readonly Fact[], knownUpTo: Stamp): void {
    const unsent: readonly Told[] = this.#unsent.map(({ status, messageAt: at }) => ({
      status,
      at,
    }));
    const circumstances = {
      rules: this.#rules,
      readUpTo: undefined,
      knownUpTo,
      unsent,
      sender: {},
      recipient: {},
    };
    const judgement = judge(this.tracked, news, circumstances);
    const { tracked, withdrawn, receipts, position = 0 } = judgement;
    this.tracked = tracked;
    this.last = judgement;
    this.#unsent = [
      ...this.#unsent.filter((r) => r.messageAt < position || !withdrawn.includes(r.status)),
      ...receipts,
    ];
    this.#look(judgement);
    if (this.#sending[this.#judgements++ % this.#sending.length] === true) this.#send();
  }

  #send(): void {
    this.sent.push(...this.#unsent);
    this.#unsent = [];
  }
}

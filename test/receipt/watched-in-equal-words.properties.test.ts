import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareFacts, type Fact, isWithheld } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { FACT_KINDS, isBelieved } from '../../src/message/kinds.ts';
import { newestLife } from '../../src/message/life.ts';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import { STATUSES } from '../../src/message/status.ts';
import type { AnswerContext } from '../../src/receipt/current-status.ts';
import { disclosedTo } from '../../src/receipt/disclose.ts';
import type { Receipt } from '../../src/receipt/receipt.ts';
import type { Disclosure } from '../../src/receipt/rules.ts';
import type { Told } from '../../src/receipt/tracked.ts';
import { outcomeOf, WATCH_GOALS, type WatchGoal } from '../../src/receipt/watch.ts';
import { composeNotice } from '../../src/sending/compose-notice.ts';
import type { LanguageCode } from '../../src/user/commands/command.ts';
import {
  accepted,
  anyDetailedFact,
  anyStamp,
  fact,
  HOUR,
  keyOf,
  MINUTE,
  RULES,
  T0,
} from '../support/facts.ts';
import { ALL_KNOW_US, NO_ZONES } from '../support/introduced.ts';

const LOCAL = 'bob@example.org' as BareJid;
const REMOTE = 'bob@example.net' as BareJid;
const OCCUPANT = 'room@conference.example.org/Bob' as BareJid;

/** All but the facts: the same, whatever the sender may not know. */
interface Situation {
  readonly recipient: BareJid;
  readonly goal: WatchGoal;
  readonly position: number;
  readonly deadline: number;
  readonly told: readonly Told[];
  readonly context: AnswerContext;
  readonly language: LanguageCode;
}

test('what may not be told to the sender changes neither whether a notice comes nor its bytes', () => {
  fc.assert(
    fc.property(anyPair(), ({ known, withheld, situation }) => {
      const all = [...known, ...withheld].toSorted(compareFacts);
      fc.pre(toldOf(all, situation) === toldOf(known, situation));
      expect(seen(all, situation)).toEqual(seen(known, situation));
    }),
    { maxSkipsPerRun: 1000 },
  );
});

test.each([
  ['of ours', LOCAL],
  ['of another server', REMOTE],
  ['in a room', OCCUPANT],
])(
  'refused, unanswered, hidden, not seen and unknown: the same notice at the same time, about somebody %s',
  (_, recipient) => {
    const causes = anyCause().filter(({ now }) => now === undefined || recipient === LOCAL);
    fc.assert(
      fc.property(anySituation([recipient]), causes, (situation, { message, facts, now }) => {
        const context = { ...situation.context, rules: RULES };
        const unknown = { ...situation, context: { ...context, recipient: {} }, told: [] };
        const policy = now === undefined ? {} : { policy: now };
        const other = { ...unknown, context: { ...context, recipient: policy } };
        const all = [message, ...facts].toSorted(compareFacts);
        expect(seen(all, other)).toEqual(seen([accepted()], unknown));
      }),
    );
  },
);

/** What becomes of the watch, and what the sender reads if it is told. */
function seen(facts: readonly Fact[], situation: Situation) {
  const { recipient, told, context } = situation;
  const key = keyOf('m1', undefined, recipient);
  const outcome = outcomeOf(situation, { key, record: { facts }, told }, context);
  return outcome.kind === 'overdue'
    ? { outcome, notice: noticeOf(outcome.proof, situation) }
    : { outcome };
}

function noticeOf(proof: Receipt, { goal, position, deadline, language }: Situation): string {
  const watch = { key: proof.key, goal, position, deadline, within: deadline - position };
  const kept = { ...watch, server: 'example.org', state: 'overdue', lease: 0 } as const;
  const parts = { component: 'receipts.example.org', language, ...ALL_KNOW_US, ...NO_ZONES };
  const now = () => (T0 + 12 * HOUR) / 1000;
  return String(composeNotice({ ...kept, notice: 'watch-1', proof }, {}, { ...parts, now }));
}

/** What the sender may know, and what the sender's own client has got. */
function toldOf(facts: readonly Fact[], { recipient, context }: Situation): string {
  const life = newestLife({ facts });
  if (life === undefined) return 'nothing';
  const { proofs } = disclosedTo(keyOf('m1', undefined, recipient), life, context);
  const answers = life.facts.filter(
    (it) => (it.kind === 'received' || it.kind === 'displayed') && !isWithheld(it),
  );
  return JSON.stringify([life.startedAt, proofs, answers]);
}

const SIDES = ['both', 'sender', 'recipient'] as const;

/** A message, and facts of it that may have to be withheld. */
function anyPair() {
  const happened = fc.array(anyDetailedFact({ hours: 2, sides: SIDES }), { maxLength: 4 });
  const further = fc.array(anyHiddenFact(), { minLength: 1, maxLength: 3 });
  const message = fc
    .record({ maySee: fc.boolean(), policy: fc.constantFrom(undefined, ...POLICIES) })
    .map(({ maySee, policy }) => accepted(0, { maySee, ...(policy && { policy }) }));
  return fc.tuple(message, happened, further).chain(([first, others, more]) => {
    const known = [first, ...others].toSorted(compareFacts);
    const stamps = new Set(known.map(({ at }) => at));
    return fc.record({
      known: fc.constant(known),
      // No two facts of a server have one stamp.
      withheld: fc.constant(more.filter(({ at }) => !stamps.has(at))),
      situation: anySituation([LOCAL, REMOTE, OCCUPANT], [...stamps]),
    });
  });
}

function anyHiddenFact(): fc.Arbitrary<Fact> {
  const kinds = FACT_KINDS.filter((kind) => kind !== 'accepted');
  return fc
    .tuple(anyDetailedFact({ hours: 2, kinds, sides: SIDES }), fc.boolean())
    .map(([it, unseen]) =>
      unseen && isBelieved(it.kind, 'recipient') ? ({ ...it, unseen: true } as Fact) : it,
    );
}

function anySituation(
  recipients: readonly BareJid[],
  stamps: readonly number[] = [T0],
): fc.Arbitrary<Situation> {
  const stamp = fc.oneof(
    fc.constantFrom(...stamps),
    anyStamp(3).map((after) => T0 + after),
  );
  const told = fc.record({ status: fc.constantFrom(...STATUSES), at: fc.constantFrom(...stamps) });
  return fc.record({
    recipient: fc.constantFrom(...recipients),
    goal: fc.constantFrom(...WATCH_GOALS),
    position: fc.constantFrom(T0, Math.max(...stamps)),
    deadline: anyStamp(3).map((after) => T0 + MINUTE + after),
    told: fc.array(told, { maxLength: 2 }),
    context: fc.record({
      rules: anyRules(),
      readUpTo: fc.option(fc.record({ position: stamp, at: stamp }), { nil: undefined }),
      recipient: fc.record({ policy: fc.constantFrom(...POLICIES) }),
      completeUpTo: fc.oneof(
        stamp,
        anyStamp(400).map((after) => T0 + after),
      ),
      hasSeveralNodes: fc.boolean(),
    }),
    language: fc.constantFrom('en', 'zh', 'de'),
  });
}

function anyRules() {
  const disclosures = fc.constantFrom<Disclosure>('subscribers', 'domain', 'everyone');
  return fc
    .record({ disclosure: disclosures, tellDeclined: fc.boolean() })
    .map(({ disclosure, tellDeclined }) => ({
      ...RULES,
      disclosure,
      policy: { ...RULES.policy, tellDeclined },
    }));
}

/** Why the sender may know no more than that the server took the message. */
interface Cause {
  readonly message: Fact;
  readonly facts: readonly Fact[];
  /** The recipient's policy at the deadline, where it is the cause. */
  readonly now?: Policy;
}

const STOPPED = { withheld: true } as const;
const ON_A_DEVICE = [
  fact('acked', MINUTE, { resource: 'phone' }),
  fact('received', 2 * MINUTE, STOPPED),
  fact('displayed', 3 * MINUTE, STOPPED),
  fact('declined', 4 * MINUTE),
];
const ANYWHERE = [
  fact('sent', 1, { resource: 'phone' }),
  fact('kept', 2, { resource: 'phone' }),
  fact('stored', 3),
  fact('lost', 4, { resource: 'phone' }),
  ...ON_A_DEVICE,
];
const OF_WHO_HIDES = [
  ...[fact('sent', 1), fact('kept', 2), fact('lost', 4), ...ON_A_DEVICE.slice(0, 3)],
].map((it): Fact => ({ ...it, unseen: true }) as Fact);

function anyCause(): fc.Arbitrary<Cause> {
  const refused = anyOf(ANYWHERE, anyChange('refuse', POLICIES));
  const unanswered = anyOf(ON_A_DEVICE, anyChange('manual', ['client', 'automatic', 'manual']));
  const notSeen = fc
    .subarray(ANYWHERE)
    .map((facts): Cause => ({ message: accepted(0, { maySee: false }), facts }));
  const hidden = fc.subarray(OF_WHO_HIDES).map((facts): Cause => ({ message: accepted(), facts }));
  return fc.oneof(refused, unanswered, notSeen, hidden);
}

function anyOf(
  facts: readonly Fact[],
  changes: fc.Arbitrary<Pick<Cause, 'message' | 'now'>>,
): fc.Arbitrary<Cause> {
  return fc
    .tuple(fc.subarray([...facts]), changes)
    .map(([happened, change]) => ({ ...change, facts: happened }));
}

/** It held when the message came or holds at the deadline; the other one may be looser. */
function anyChange(strict: Policy, others: readonly Policy[]) {
  return fc.tuple(fc.constantFrom(...others), fc.boolean()).map(([other, isStrictNow]) => ({
    message: accepted(0, { policy: isStrictNow ? other : strict }),
    now: isStrictNow ? strict : other,
  }));
}

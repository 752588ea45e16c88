import fc from 'fast-check';
import type {
  Accepted,
  Answered,
  AtSession,
  Fact,
  FactKind,
  Failed,
  Gone,
  Kept,
} from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { MessageKey, Side } from '../../src/message/key.ts';
import { FACT_KINDS, isBelieved } from '../../src/message/kinds.ts';
import type { Life } from '../../src/message/life.ts';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import { GENERATION_GAP } from '../../src/message/record.ts';
import type { Stamp } from '../../src/message/time.ts';
import type { Rules } from '../../src/receipt/rules.ts';

/** 2026-11-22T11:00:00Z: where the tests begin, on a full hour. */
export const T0: Stamp = 1_795_345_200_000_000;
export const SECOND: Stamp = 1_000_000;
export const MINUTE: Stamp = 60 * SECOND;
export const HOUR: Stamp = GENERATION_GAP;
export const DAY: Stamp = 24 * HOUR;

export const ALICE = 'alice@example.org' as BareJid;
export const BOB = 'bob@example.org' as BareJid;

export function keyOf(id: string, sender = ALICE, recipient = BOB): MessageKey {
  return { sender, recipient, id };
}

/** What the daemon decides by when nothing is configured, with every status told. */
export const RULES: Rules = {
  domains: ['example.org'],
  statuses: [
    'relayed',
    'sent',
    'stored',
    'failed',
    'lost',
    'expired',
    'delivered',
    'displayed',
    'declined',
    'confirmed',
  ],
  words: {
    byDefault: false,
    statuses: ['failed', 'lost', 'expired', 'declined', 'confirmed', 'stored', 'sent'],
    storedAfter: 2 * MINUTE,
  },
  grace: 5 * SECOND,
  expireAfter: 7 * DAY,
  keptFor: 30 * DAY,
  policy: { default: 'client', locked: false, tellDeclined: false },
  disclosure: 'subscribers',
};

type Details = Partial<
  Omit<Accepted, 'kind' | 'at' | 'type'> &
    Omit<Failed, 'kind' | 'at' | 'type'> &
    Pick<AtSession, 'resource' | 'unacknowledged'> &
    Pick<Gone, 'where' | 'shown'> &
    Pick<Kept, 'node'> &
    Pick<Answered, 'withheld'>
>;

/** A fact of that kind so long after T0, seen by one server for both sides. */
export function fact(kind: FactKind, after: Stamp, details: Details = {}): Fact {
  const side: Side = isBelieved(kind, 'component') ? 'component' : 'both';
  const seen = { at: T0 + after, side };
  switch (kind) {
    case 'accepted':
      return { kind, ...seen, type: 'chat', ...details };
    case 'stored':
    case 'gone':
      return { kind, ...seen, where: 'offline', ...details };
    case 'kept':
      return { kind, ...seen, where: 'stream', ...details } as Kept;
    case 'sent':
    case 'acked':
    case 'lost':
      return { kind, ...seen, ...details };
    case 'failed':
      return { kind, ...seen, condition: 'service-unavailable', ...details };
    default:
      return { kind, ...seen, ...details } as Fact;
  }
}

/** A message of a sender who may see the recipient's presence. */
export function accepted(after: Stamp = 0, details: Details = {}): Fact {
  return fact('accepted', after, { maySee: true, ...details });
}

export function lifeOf(...facts: readonly Fact[]): Life {
  const first = facts.find(({ kind }) => kind === 'accepted') ?? facts[0];
  return { startedAt: first?.at ?? T0, facts };
}

/** Stamps within so many hours; full hours and what lies beside them come often. */
export function anyStamp(hours: number): fc.Arbitrary<Stamp> {
  const within = fc.oneof(
    fc.constantFrom(0, 1, HOUR - 1),
    fc.integer({ min: 0, max: HOUR - 1 }),
    fc.integer({ min: 0, max: 59 }).map((minute) => minute * MINUTE),
  );
  return fc
    .tuple(fc.integer({ min: 0, max: hours - 1 }), within)
    .map(([hour, offset]) => hour * HOUR + offset);
}

export interface AnyFact {
  readonly hours: number;
  readonly kinds?: readonly FactKind[];
  readonly sides?: readonly Side[];
}

/** Kinds that are about one session of the recipient. */
const OF_SESSIONS: ReadonlySet<FactKind> = new Set(['sent', 'kept', 'acked', 'lost']);

/** Facts as two servers may see them, with what a message's own fact says. */
export function anyFact({
  hours,
  kinds = FACT_KINDS,
  sides = ['sender', 'recipient'],
}: AnyFact): fc.Arbitrary<Fact> {
  const details = fc.record(
    { maySee: fc.boolean(), markable: fc.constant<true>(true) },
    { requiredKeys: [] },
  );
  const resource = fc.constantFrom('phone', 'laptop');
  return fc
    .tuple(fc.constantFrom(...kinds), anyStamp(hours), fc.constantFrom(...sides), details, resource)
    .map(([kind, after, side, about, device]) => {
      const plain = fact(kind, after, kind === 'accepted' ? about : aboutRecipient(kind, device));
      return plain.side === 'component' ? plain : { ...plain, side };
    });
}

/** The sender sees when the recipient comes, and with that what was found then. */
function aboutRecipient(kind: FactKind, resource: string): Details {
  if (kind === 'gone') return { shown: true };
  return OF_SESSIONS.has(kind) ? { resource } : {};
}

interface AnyDetails {
  readonly policy: Policy | undefined;
  readonly token: string | undefined;
  /** Was the answer stopped, or is the session without acknowledgements? */
  readonly isSet: boolean;
}

/** The same, with policies and tokens, and with answers that were stopped. */
export function anyDetailedFact(options: AnyFact): fc.Arbitrary<Fact> {
  const details: fc.Arbitrary<AnyDetails> = fc.record({
    isSet: fc.boolean(),
    policy: fc.constantFrom(undefined, ...POLICIES),
    token: fc.constantFrom(undefined, 'one', 'two'),
  });
  return fc
    .tuple(anyFact(options), details)
    .map(([fact, about]) => ({ ...fact, ...detailsOf(fact, about) }) as Fact);
}

function detailsOf({ kind }: Fact, { policy, token, isSet }: AnyDetails): Partial<Fact> {
  switch (kind) {
    case 'accepted':
      return { ...(policy && { policy }), ...(token && { token }) };
    case 'received':
    case 'displayed':
      return isSet ? { withheld: true } : {};
    case 'sent':
      return isSet ? { unacknowledged: true } : {};
    default:
      return {};
  }
}

/** The same facts again: in another order, some of them several times, in pieces. */
export function anyTelling(facts: readonly Fact[]): fc.Arbitrary<readonly (readonly Fact[])[]> {
  return fc
    .tuple(
      fc.shuffledSubarray([...facts], { minLength: facts.length }),
      fc.subarray([...facts]),
      fc.array(fc.nat(facts.length * 2), { maxLength: 5 }),
    )
    .map(([all, again, cuts]) => split([...all, ...again], cuts));
}

function split<Item>(
  items: readonly Item[],
  cuts: readonly number[],
): readonly (readonly Item[])[] {
  const ends = [...cuts.toSorted((a, b) => a - b), items.length];
  return ends.map((end, index) => items.slice(index === 0 ? 0 : (ends[index - 1] ?? 0), end));
}

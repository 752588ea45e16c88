import type { Ledger } from '../../facts/ledger.ts';
import { type BareJid, domainOf } from '../../message/jid.ts';
import type { Policy } from '../../message/policy.ts';
import type { Millis } from '../../message/time.ts';
import { addressesLike, spellingFor } from '../../protocol/spelling/spelling.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { Rules } from '../../receipt/rules.ts';
import type { PolicyVersion } from '../../store/preference-store.ts';
import type { Store } from '../../store/store.ts';
import type { Command } from './command.ts';
import type { PolicyChange, PolicyReply, Reply } from './reply.ts';

type Exceptions = Readonly<Record<string, Policy>>;

export type PolicyCommand = Extract<
  Command,
  { kind: 'set-policy' | 'set-exception' | 'tell-declined' }
>;

export interface PolicyParts {
  readonly store: Pick<Store, 'questions' | 'preferences'>;
  readonly ledger: Pick<Ledger, 'lookAgain'>;
  /** What the user's server is told: who may choose, and what holds for who chose nothing. */
  readonly told: Rules;
  readonly now: () => Millis;
  /** Answers when the server enforces that version of the policies, or when that takes too long. */
  readonly inForce: (domain: string, version: PolicyVersion) => Promise<PolicyChange>;
}

// Maximum of exceptions for one user: the server keeps them in memory for every user.
const MAX_EXCEPTIONS = 100;
const MAX_EXCEPTION_BYTES = 16 * 1024;

export function policyReply(preferences: Preferences, { policy: operators }: Rules): PolicyReply {
  const { policy, exceptions = {}, tellDeclined } = preferences;
  const { locked, default: byDefault } = operators;
  return {
    kind: 'policy',
    policy: locked ? byDefault : (policy ?? byDefault),
    isOwn: !locked && policy !== undefined,
    exceptions: locked ? {} : inOneSpelling(exceptions),
    isLocked: locked,
    tellsDeclined: tellDeclined ?? operators.tellDeclined,
  };
}

const readable = spellingFor([]);

/** People are shown each exception once. */
function inOneSpelling(exceptions: Exceptions): Exceptions {
  return Object.fromEntries(
    Object.entries(exceptions).map(([peer, policy]) => [readable(peer), policy]),
  );
}

/** Changes what a user allows. The reply says whether the server is known to enforce it. */
export async function changePolicy(
  user: BareJid,
  command: PolicyCommand,
  parts: PolicyParts,
): Promise<Reply> {
  const { store, told, now, inForce } = parts;
  const refusal = await whyNotChanged(user, command, parts);
  if (refusal !== undefined) return refusal;
  const change = (known: Preferences) => afterPolicyCommand(known, command);
  const { preferences, version } = await store.preferences.change(user, { change, now: now() });
  const enforcement = await inForce(domainOf(user), version);
  await closeQuestions(user, parts);
  return { ...policyReply(preferences, told), change: enforcement };
}

export async function whyNotChanged(
  user: BareJid,
  command: PolicyCommand,
  { store, told }: PolicyParts,
): Promise<Reply | undefined> {
  if (told.policy.locked && command.kind !== 'tell-declined')
    return { kind: 'refused', because: 'locked' };
  const before = await store.preferences.get(user);
  return hasTooManyExceptions(afterPolicyCommand(before, command))
    ? { kind: 'refused', because: 'too-many-exceptions' }
    : undefined;
}

/** Closes the questions that the new policy does not ask. */
async function closeQuestions(user: BareJid, { store, ledger }: PolicyParts): Promise<void> {
  const asked = await store.questions.messagesOf(user);
  await ledger.lookAgain(asked.map(({ key }) => key));
}

function afterPolicyCommand(before: Preferences, command: PolicyCommand): Preferences {
  switch (command.kind) {
    case 'set-policy':
      return withPolicy(before, command.policy);
    case 'set-exception':
      return withException(before, command);
    case 'tell-declined':
      return withTellDeclined(before, command.tells);
    default:
      return command satisfies never;
  }
}

function withPolicy({ policy, ...rest }: Preferences, chosen: Policy | 'default'): Preferences {
  return chosen === 'default' ? rest : { ...rest, policy: chosen };
}

/**
 * A contact's server may write its domain in A-labels or in U-labels: the exception stands there in
 * each spelling, so that whoever looks for one of them finds it.
 */
function withException(
  { exceptions = {}, ...rest }: Preferences,
  { peer, policy }: { readonly peer: string; readonly policy: Policy | 'default' },
): Preferences {
  const peers = addressesLike(peer);
  const others = Object.entries(exceptions).filter(([known]) => !peers.includes(known));
  const chosen = policy === 'default' ? [] : peers.map((each) => [each, policy] as const);
  const all = [...others, ...chosen];
  return all.length === 0 ? rest : { ...rest, exceptions: Object.fromEntries(all) };
}

function withTellDeclined(
  { tellDeclined, ...rest }: Preferences,
  chosen: boolean | 'default',
): Preferences {
  return chosen === 'default' ? rest : { ...rest, tellDeclined: chosen };
}

function hasTooManyExceptions({ exceptions = {} }: Preferences): boolean {
  const count = Object.keys(inOneSpelling(exceptions)).length;
  return count > MAX_EXCEPTIONS || JSON.stringify(exceptions).length > MAX_EXCEPTION_BYTES;
}

import type { Ledger } from '../../facts/ledger.ts';
import type { BareJid } from '../../message/jid.ts';
import type { Spelling } from '../../protocol/spelling/spelling.ts';
import type { Store } from '../../store/store.ts';
import { answerForGood } from './answer-for-good.ts';
import { type AnsweringParts, answerQuestions } from './answering.ts';
import { type Command, isWatchCommand, type WatchCommand } from './command.ts';
import { statusReply, whyReply } from './own-messages.ts';
import { changePolicy, type PolicyParts, policyReply } from './policy.ts';
import { performReceipts, type ReceiptsParts } from './receipts.ts';
import type { Reply } from './reply.ts';
import { performWatch } from './watch.ts';
import type { WatchParts } from './watched-message.ts';
import { performZone } from './zone-choice.ts';

export interface PerformParts extends AnsweringParts, PolicyParts, ReceiptsParts, WatchParts {
  readonly store: Pick<
    Store,
    'records' | 'preferences' | 'questions' | 'watches' | 'reminders' | 'upkeep'
  >;
  readonly ledger: Ledger;
  readonly admins: readonly string[];
  /** The one spelling of the addresses that users name. */
  readonly spell: Spelling;
}

/**
 * Carries out a command of a user of the configured domains. The bot and the ad-hoc commands share
 * it.
 */
export async function perform(
  user: BareJid,
  command: Command,
  parts: PerformParts,
): Promise<Reply> {
  const { counters } = parts;
  counters.count('commands');
  const spelled = inOneSpelling(command, parts.spell);
  const reply = await (isWatchCommand(spelled)
    ? performWatch(user, spelled, parts)
    : replyTo(user, spelled, parts));
  if (reply.kind === 'refused') counters.count(`commands refused: ${reply.because}`);
  return reply;
}

function inOneSpelling(command: Command, spell: Spelling): Command {
  if (command.kind === 'set-exception') return { ...command, peer: spell(command.peer) };
  const isAboutMessages = command.kind === 'status' || command.kind === 'why';
  if (!isAboutMessages || command.recipient === undefined) return command;
  return { ...command, recipient: spell(command.recipient) };
}

async function replyTo(
  user: BareJid,
  command: Exclude<Command, WatchCommand>,
  parts: PerformParts,
): Promise<Reply> {
  switch (command.kind) {
    case 'help':
      return { kind: 'help', isAdmin: parts.admins.includes(user), isAll: command.isAll === true };
    case 'show-policy':
      return policyReply(await parts.store.preferences.get(user), parts.told);
    case 'set-policy':
    case 'set-exception':
    case 'tell-declined':
      return changePolicy(user, command, parts);
    case 'questions':
      return listQuestions(user, parts);
    case 'answer':
      return (command.forGood ? answerForGood : answerQuestions)(user, command, parts);
    case 'status':
      return statusReply(user, command, parts);
    case 'why':
      return whyReply(user, command, parts);
    case 'show-receipts':
    case 'set-receipts':
    case 'set-text':
    case 'set-language':
      return performReceipts(user, command, parts);
    case 'show-zone':
    case 'set-zone':
      return performZone(user, command, parts);
    case 'statistics':
      return statistics(user, parts);
    default:
      return command satisfies never;
  }
}

/** Marks the listed questions as shown: from then on they can be answered. */
async function listQuestions(user: BareJid, { store }: PerformParts): Promise<Reply> {
  return { kind: 'questions', questions: await store.questions.show(user) };
}

async function statistics(user: BareJid, parts: PerformParts): Promise<Reply> {
  const { admins, counters, store } = parts;
  if (!admins.includes(user)) return { kind: 'refused', because: 'admins-only' };
  return { kind: 'statistics', counts: counters.all(), backlog: await store.upkeep.backlog() };
}

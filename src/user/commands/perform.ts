import type { Ledger } from '../../facts/ledger.ts';
import { type BareJid, occupantOf } from '../../message/jid.ts';
import type { Spelling } from '../../protocol/spelling/spelling.ts';
import { currentStatusOf } from '../../receipt/current-status.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { Store } from '../../store/store.ts';
import { answerForGood } from './answer-for-good.ts';
import { type AnsweringParts, answerQuestions } from './answering.ts';
import type { Command, StatusCommand } from './command.ts';
import { changePolicy, type PolicyParts, policyReply } from './policy.ts';
import { changeReceipts, type ReceiptsParts, receiptsReply } from './receipts.ts';
import type { Reply } from './reply.ts';

export interface PerformParts extends AnsweringParts, PolicyParts, ReceiptsParts {
  readonly store: Pick<Store, 'records' | 'preferences' | 'questions' | 'upkeep'>;
  readonly ledger: Ledger;
  readonly admins: readonly string[];
  /** The one spelling of the addresses that users name. */
  readonly spell: Spelling;
}

/** Maximum number of messages that `status` without an id shows. */
const LATEST = 5;

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
  const reply = await replyTo(user, inOneSpelling(command, parts.spell), parts);
  if (reply.kind === 'refused') counters.count(`commands refused: ${reply.because}`);
  return reply;
}

function inOneSpelling(command: Command, spell: Spelling): Command {
  if (command.kind === 'set-exception') return { ...command, peer: spell(command.peer) };
  if (command.kind !== 'status' || command.recipient === undefined) return command;
  return { ...command, recipient: spell(command.recipient) };
}

async function replyTo(user: BareJid, command: Command, parts: PerformParts): Promise<Reply> {
  switch (command.kind) {
    case 'help':
      return { kind: 'help', isAdmin: parts.admins.includes(user) };
    case 'show-policy':
      return policyReply(await parts.store.preferences.get(user), parts.told);
    case 'set-policy':
    case 'set-exception':
    case 'tell-declined':
      return changePolicy(user, command, parts);
    case 'questions':
      return listQuestions(user, parts);
    case 'answer':
      return command.forGood
        ? answerForGood(user, command, parts)
        : answerQuestions(user, command, parts);
    case 'status':
      return { kind: 'status', receipts: await receiptsAbout(user, command, parts) };
    case 'show-receipts':
      return receiptsReply(await parts.store.preferences.get(user), parts);
    case 'set-receipts':
    case 'set-text':
    case 'set-language':
      return changeReceipts(user, command, parts);
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

/** An address with a resource may be an occupant of a room; of a device we know no messages. */
async function receiptsAbout(
  sender: BareJid,
  { recipient, resource, id }: StatusCommand,
  parts: PerformParts,
): Promise<readonly Receipt[]> {
  const isInRoom = recipient !== undefined && resource !== undefined;
  const occupant = isInRoom ? occupantOf(recipient, resource) : recipient;
  const found = await receiptsOf(sender, { recipient: occupant, id }, parts);
  return isInRoom && found.length === 0 ? receiptsOf(sender, { recipient, id }, parts) : found;
}

interface Wanted {
  readonly recipient: BareJid | undefined;
  readonly id: string | undefined;
}

async function receiptsOf(
  sender: BareJid,
  { recipient, id }: Wanted,
  { store, rules, ledger }: PerformParts,
): Promise<readonly Receipt[]> {
  const isNamed = recipient !== undefined && id !== undefined;
  const one = isNamed ? await store.records.find({ sender, recipient, id }) : undefined;
  const found = isNamed ? [one] : await store.records.latest(sender, recipient, LATEST);
  return found.flatMap((message) => {
    if (message === undefined) return [];
    const time = ledger.timeFor(message.tracked.key);
    const receipt = currentStatusOf(message.tracked, { rules, ...time, ...message });
    return receipt === undefined ? [] : [receipt];
  });
}

async function statistics(user: BareJid, parts: PerformParts): Promise<Reply> {
  const { admins, counters, store } = parts;
  if (!admins.includes(user)) return { kind: 'refused', because: 'admins-only' };
  return { kind: 'statistics', counts: counters.all(), backlog: await store.upkeep.backlog() };
}

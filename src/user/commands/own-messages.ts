import type { Ledger } from '../../facts/ledger.ts';
import { type BareJid, domainOf, occupantOf } from '../../message/jid.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { Rules } from '../../receipt/rules.ts';
import { type Why, whyQuiet } from '../../receipt/why.ts';
import type { Found } from '../../store/record-store.ts';
import type { Store } from '../../store/store.ts';
import type { StatusCommand, WhyCommand } from './command.ts';
import { personCalled, whichPerson, writtenToBy } from './people.ts';
import type { Reply } from './reply.ts';

export interface OwnMessagesParts {
  readonly store: Pick<Store, 'records' | 'preferences'>;
  readonly ledger: Pick<Ledger, 'timeFor'>;
  readonly rules: Rules;
}

/** Maximum number of messages that `status` without an id shows. */
const LATEST = 5;

type Wanted = Pick<StatusCommand, 'recipient' | 'resource' | 'id'>;

/** What became of a user's own messages. */
export async function statusReply(
  sender: BareJid,
  wanted: Wanted,
  parts: OwnMessagesParts,
): Promise<Reply> {
  const messages = await messagesAbout(sender, { ...wanted, limit: LATEST }, parts);
  const unseen = messages.filter(({ noMore }) => noMore === 'presence-not-seen');
  return {
    kind: 'status',
    receipts: messages.map(({ known }) => known),
    unseen: unseen.map(({ known }) => known.key.recipient),
  };
}

/** Why a user heard nothing, or no more, of one message. */
export async function whyReply(
  sender: BareJid,
  { name, ...wanted }: WhyCommand,
  parts: OwnMessagesParts,
): Promise<Reply> {
  if (name === undefined) return whyOfLast(sender, wanted, parts);
  const called = personCalled(name, await writtenToBy(sender, parts.store.records));
  if (called.kind === 'several') return whichPerson(called);
  // Somebody of the own domain, to whom nothing was written lately.
  const other = `${name}@${domainOf(sender)}` as BareJid;
  const recipient = called.kind === 'one' ? called.address : other;
  return whyOfLast(sender, { ...wanted, recipient }, parts);
}

async function whyOfLast(sender: BareJid, wanted: Wanted, parts: OwnMessagesParts): Promise<Reply> {
  const [why] = await messagesAbout(sender, { ...wanted, limit: 1 }, parts);
  return { kind: 'why', why };
}

/** An address with a resource may be an occupant of a room; of a device we know no messages. */
async function messagesAbout(
  sender: BareJid,
  { recipient, resource, id, limit }: Wanted & { readonly limit: number },
  parts: OwnMessagesParts,
): Promise<readonly Why[]> {
  const isInRoom = recipient !== undefined && resource !== undefined;
  const occupant = isInRoom ? occupantOf(recipient, resource) : recipient;
  const found = await messagesTo(sender, { recipient: occupant, id, limit }, parts);
  return isInRoom && found.length === 0
    ? messagesTo(sender, { recipient, id, limit }, parts)
    : found;
}

interface To {
  readonly recipient: BareJid | undefined;
  readonly id: string | undefined;
  readonly limit: number;
}

async function messagesTo(
  sender: BareJid,
  { recipient, id, limit }: To,
  parts: OwnMessagesParts,
): Promise<readonly Why[]> {
  const { records, preferences } = parts.store;
  const isNamed = recipient !== undefined && id !== undefined;
  const one = isNamed ? await records.find({ sender, recipient, id }) : undefined;
  const found = isNamed ? [one] : await records.latest(sender, recipient, limit);
  const chosen = await preferences.get(sender);
  return found.flatMap((message) => (message && whyOf(message, chosen, parts)) ?? []);
}

function whyOf(
  message: Found,
  sender: Preferences,
  { rules, ledger }: OwnMessagesParts,
): Why | undefined {
  const time = ledger.timeFor(message.tracked.key);
  return whyQuiet(message.tracked, { rules, ...time, ...message, sender });
}

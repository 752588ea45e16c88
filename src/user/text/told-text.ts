import { isOccupant } from '../../message/jid.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { Language, Wording } from './language.ts';
import { type Clock, moment } from './moment.ts';
import { MAX_LINES } from './receipt-text.ts';

/**
 * What we tell a sender of ourselves: a line for each contact and status, however many messages it
 * is about. `more` of them are known as a number only.
 */
export function toldInWords(
  { receipts, more = 0 }: { readonly receipts: readonly Receipt[]; readonly more?: number },
  language: Language,
  now: Clock,
): string {
  const groups = alike(receipts);
  const shown = groups.slice(0, groups.length > MAX_LINES ? MAX_LINES - 1 : MAX_LINES);
  const lines = shown.map((group) => lineAbout(group, language, now));
  const rest = more + groups.slice(shown.length).reduce((sum, group) => sum + group.length, 0);
  return [...lines, ...(rest === 0 ? [] : [language.more(rest)])].join('\n');
}

/** At least one. */
type Group = readonly [Receipt, ...Receipt[]];

/** Receipts of which the same is to be said, each group where its first one stands. */
function alike(receipts: readonly Receipt[]): readonly Group[] {
  const groups = new Map<string, [Receipt, ...Receipt[]]>();
  for (const receipt of receipts) {
    const { status, key, condition = '' } = receipt;
    const name = [status, key.recipient, condition].join('\0');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [receipt]);
    else group.push(receipt);
  }
  return [...groups.values()];
}

function lineAbout(group: Group, language: Language, now: Clock): string {
  const [{ status, key, condition = '' }, ...others] = group;
  const times = group.map(sentAt).sort((a, b) => a - b);
  const time = moment(times[0] ?? 0, language, now);
  const { recipient } = key;
  const wording: Wording = { time, recipient, isInRoom: isOccupant(recipient), condition };
  if (others.length === 0) return (language.told[status] ?? language.statuses[status])(wording);
  const last = moment(times.at(-1) ?? 0, language, now);
  const to = last === time ? undefined : last;
  return language.digests[status]({ ...wording, count: group.length, to });
}

function sentAt({ messageAt, messageTime = messageAt }: Receipt): number {
  return messageTime;
}

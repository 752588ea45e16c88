import type { BareJid } from '../message/jid.ts';
import { NO_REMINDER, type NoReminder } from '../receipt/reminder.ts';
import { escaped } from './field.ts';
import { NS } from './namespaces.ts';
import { childOfResult, type Element, element } from './xml.ts';

// docs/protocol.md §2.5: may the bot remind the recipient of a message of that sender?

/** The word in `orders` of a module that can be asked. */
export const MAY_REMIND = 'may-remind';

export interface Pair {
  /** As the recipient's server writes it. */
  readonly sender: string;
  readonly recipient: BareJid;
}

export function mayRemindElement({ sender, recipient }: Pair): Element {
  return element(MAY_REMIND, { xmlns: NS.feed }, [sender, recipient].map(escaped).join('\t'));
}

/** Only a plain yes is one. */
export function readMayRemind(answer: Element): 'yes' | NoReminder {
  const said = childOfResult(answer, MAY_REMIND, NS.feed);
  if (said?.getText() === 'yes') return 'yes';
  const because = said?.attrs['because'];
  return NO_REMINDER.find((reason) => reason === because) ?? 'not-told';
}

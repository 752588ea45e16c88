import { botOf } from '../message/jid.ts';
import { newestLife } from '../message/life.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import { reminderId } from '../protocol/watch-id.ts';
import type { Element } from '../protocol/xml.ts';
import { timesOf } from '../receipt/receipt.ts';
import type { Found } from '../store/record-store.ts';
import type { KeptWatch } from '../store/watch-store.ts';
import { askingKind, introduced } from '../user/text/introduction.ts';
import { readersClock } from '../user/text/readers-clock.ts';
import { reminderText } from '../user/text/watch-text.ts';
import { addresseeLanguage, type ComposeAskingParts } from './compose.ts';

/** Words for a recipient, in their language and zone: who wrote to them, and when. */
export function composeReminder(
  { key, position }: KeptWatch,
  { tracked, recipient: preferences }: Found,
  parts: ComposeAskingParts,
): Element {
  const language = addresseeLanguage(preferences, parts);
  const user = key.recipient;
  const life = newestLife(tracked.record);
  const { messageTime = position } = life === undefined ? {} : timesOf(life, undefined);
  const clock = readersClock(user, preferences, parts);
  const words = reminderText({ sender: key.sender, messageTime }, language, clock);
  return chatMessage({
    id: reminderId(),
    from: botOf(parts.component),
    to: user,
    lang: language.lang,
    body: introduced(words, { user, preferences, language, kind: askingKind(parts) }, parts),
    isStored: true,
  });
}

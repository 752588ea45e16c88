import { botOf } from '../message/jid.ts';
import { newestLife } from '../message/life.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import { reminderId } from '../protocol/watch-id.ts';
import type { Element } from '../protocol/xml.ts';
import { languageTagOf } from '../receipt/preferences.ts';
import { timesOf } from '../receipt/receipt.ts';
import type { Found } from '../store/record-store.ts';
import type { KeptWatch } from '../store/watch-store.ts';
import { LANGUAGE_OF, languageFor } from '../user/text/languages.ts';
import { reminderText } from '../user/text/watch-text.ts';
import type { ComposeParts } from './compose.ts';

/** Words for a recipient, in their language: who wrote to them, and when. */
export function composeReminder(
  { key, position }: KeptWatch,
  { tracked, recipient }: Found,
  parts: Pick<ComposeParts, 'component' | 'language' | 'now'>,
): Element {
  const language = languageFor(languageTagOf(recipient), LANGUAGE_OF[parts.language]);
  const life = newestLife(tracked.record);
  const { messageTime = position } = life === undefined ? {} : timesOf(life, undefined);
  return chatMessage({
    id: reminderId(),
    from: botOf(parts.component),
    to: key.recipient,
    lang: language.lang,
    body: reminderText({ sender: key.sender, messageTime }, language, parts.now()),
    isStored: true,
  });
}

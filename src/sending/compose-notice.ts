import { botOf } from '../message/jid.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import type { Element } from '../protocol/xml.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { Overdue } from '../store/watch-store.ts';
import { introduced } from '../user/text/introduction.ts';
import { readersClock } from '../user/text/readers-clock.ts';
import { noticeText } from '../user/text/watch-text.ts';
import { addresseeLanguage, type ComposeParts } from './compose.ts';

/** Words for a sender, who asked for them: whether receipts come in words makes no difference. */
export function composeNotice(overdue: Overdue, sender: Preferences, parts: ComposeParts): Element {
  const language = addresseeLanguage(sender, parts);
  const user = overdue.key.sender;
  const words = noticeText(overdue, language, readersClock(user, sender, parts));
  return chatMessage({
    id: overdue.notice,
    from: botOf(parts.component),
    to: user,
    lang: language.lang,
    body: introduced(words, { user, preferences: sender, language }, parts),
    isStored: true,
  });
}

import type { Config } from '../config/config.ts';
import { botOf } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { chatMessage } from '../protocol/chat-message.ts';
import type { Element } from '../protocol/xml.ts';
import { languageTagOf, type Preferences } from '../receipt/preferences.ts';
import type { Asking } from '../store/question-store.ts';
import { LANGUAGE_OF, languageFor } from '../text/languages.ts';
import { askingText } from '../text/question-text.ts';
import { questionId } from './question-id.ts';

/** How recipients are asked: by the bot, in plain text, which every client can show and answer. */
export function askingComposerOf(
  { component, language }: Config,
  now: () => Millis,
): (asking: Asking, recipient: Preferences) => Element {
  const from = botOf(component.domain);
  return (asking, recipient) => {
    const spoken = languageFor(languageTagOf(recipient), LANGUAGE_OF[language]);
    const body = askingText(asking, spoken, now());
    const id = questionId(asking.questions.map(({ number }) => number));
    return chatMessage({ id, from, to: asking.recipient, lang: spoken.lang, body, isStored: true });
  };
}

import { randomUUID } from 'node:crypto';
import { isLinkError, type Link } from '../../link/link.ts';
import { type BareJid, bareOf } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import { chatMessage, receivedMessage, threadOf } from '../../protocol/chat-message.ts';
import { questionId } from '../../protocol/question-id.ts';
import type { Element } from '../../protocol/xml.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { PreferenceStore } from '../../store/preference-store.ts';
import type { QuestionStore } from '../../store/question-store.ts';
import type { Counters } from '../../telemetry/counters.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Command, LanguageCode } from '../commands/command.ts';
import type { InTurn } from '../commands/in-turn.ts';
import type { Reply } from '../commands/reply.ts';
import type { RequestRate } from '../commands/request-rate.ts';
import type { HearingZones } from '../commands/zone-in-use.ts';
import { type Introducing, introduced } from '../text/introduction.ts';
import type { Language } from '../text/language.ts';
import { LANGUAGE_OF, languageFor, languageOf } from '../text/languages.ts';
import type { ReadersClock } from '../text/moment.ts';
import { readersClock } from '../text/readers-clock.ts';
import { replyText } from '../text/reply-text.ts';
import { textParts } from '../text/text-parts.ts';
import { isAboutQuestions, situationOf } from './hearing.ts';
import { LastSaid } from './last-said.ts';
import { OnceAnHour } from './once-an-hour.ts';
import { parse } from './parse.ts';
import type { BotIdentity } from './presence.ts';
import { type ReadMessage, readMessage, readReaction } from './read-message.ts';
import { type Response, respond } from './respond.ts';
import { isAnswerBySigns } from './signs.ts';
import type { Situation } from './situation.ts';
import { addressOfAnswer, isFromUser } from './talk.ts';
import { type Unread, whyUnread } from './unread.ts';

export interface BotParts extends BotIdentity, Introducing {
  readonly perform: (user: BareJid, command: Command) => Promise<Reply>;
  readonly preferences: Pick<PreferenceStore, 'get' | 'change'>;
  readonly questions: Pick<QuestionStore, 'waiting'>;
  /** For users who chose no language and write in none that we have. */
  readonly defaultLanguage: LanguageCode;
  readonly limiter: Pick<RequestRate, 'take'>;
  /**
   * Carries out the commands of one user, by message or by form, in the order in which they came.
   */
  readonly inTurn: InTurn;
  readonly zones: HearingZones;
  readonly link: Pick<Link, 'send' | 'onSent'>;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
}

/** Who wrote to us, and the language that the client names. */
type Heard = Pick<ReadMessage, 'user' | 'lang'>;

/** Answers commands in plain messages, which every client can send. */
export class Bot {
  readonly #parts: BotParts;
  readonly #explained = new OnceAnHour();
  readonly #said = new LastSaid();

  constructor(parts: BotParts) {
    this.#parts = parts;
    parts.link.onSent((stanza) => this.#said.hear(stanza));
  }

  /** Takes a message that came to us. Only what one of our users says to us is answered. */
  async take(message: Element): Promise<void> {
    const { counters } = this.#parts;
    if (!isFromUser(message, this.#parts)) return counters.count('stanzas ignored: strangers');
    const reaction = this.#reactionIn(message);
    const unread = reaction === undefined ? whyUnread(message) : undefined;
    if (unread === 'about-another') return this.#takeAside(message);
    if (unread !== undefined) counters.count(`messages to the bot not read: ${unread}`);
    if (unread !== undefined) return this.#explain(message, unread);
    const said = reaction ?? readMessage(message);
    if (said === undefined) return counters.count('stanzas ignored: no words');
    await this.#parts.inTurn.run(said.user, () =>
      this.#hear(message, said, () => this.#answer(message, said)),
    );
  }

  /** A yes or a no under anything else: it may be meant for a question that waits. */
  async #takeAside(message: Element): Promise<void> {
    const { counters, inTurn } = this.#parts;
    const ignore = () => counters.count('messages to the bot not read: about-another');
    const said = readReaction(message);
    if (said === undefined || !isAnswerBySigns(said.text)) return ignore();
    const answer = async () => {
      const { questions } = await this.#situationOf(said);
      return questions.length === 0 ? ignore() : this.#answer(message, said);
    };
    await inTurn.run(said.user, () => this.#hear(message, said, answer));
  }

  #situationOf(said: ReadMessage): Promise<Situation> {
    return situationOf(said, { questions: this.#parts.questions, said: this.#said });
  }

  /** An error came back under that id: is it about an answer of ours to that user? */
  wasSaidTo(user: BareJid, id: string): boolean {
    return this.#said.wasSaidTo(user, id);
  }

  /** A picture is an answer under a question, or under what was said last. */
  #reactionIn(message: Element): ReadMessage | undefined {
    const reaction = readReaction(message);
    const { user, about = '' } = reaction ?? { user: '' as BareJid };
    return isAboutQuestions(about) || this.#said.isLast(user, about) ? reaction : undefined;
  }

  /** Says why nothing comes of a message, so that its writer does not wait. */
  async #explain(message: Element, unread: Exclude<Unread, 'about-another'>): Promise<void> {
    const { now } = this.#parts;
    const said = { user: bareOf(message.attrs['from'] ?? ''), lang: message.attrs['xml:lang'] };
    if (!this.#explained.take(`${unread} ${said.user}`, now())) return;
    await this.#hear(message, said, async () => {
      const language = await this.#languageKnownOf(said);
      await this.#tell(message, { text: language.unread[unread], language });
    });
  }

  async #hear(message: Element, said: Heard, answer: () => Promise<void>): Promise<void> {
    const { counters, log } = this.#parts;
    try {
      await answer();
    } catch (error) {
      // Expected: the server is away, or does not read. The user sees no answer, and can say it
      // again.
      if (isLinkError(error)) return counters.count('replies not sent');
      counters.count('commands failed');
      log.error(
        { err: error },
        'a message to the bot could not be answered; the user was told so, and the error says why',
      );
      await this.#apologise(message, said);
    }
  }

  async #answer(message: Element, said: ReadMessage): Promise<void> {
    const { limiter, now, counters } = this.#parts;
    const permission = limiter.take(said.user, now());
    if (permission !== 'ok') counters.count('commands refused: too-many-commands');
    // The writer may be a machine that answers our answers: no reply at all.
    if (permission === 'refused') return;
    if (said.isReceiptWanted) await this.#confirm(message);
    const language = await this.#languageFor(said);
    if (permission === 'refused-first')
      return this.#tell(message, { text: replyText(TOO_MANY, language, now()), language });
    void this.#parts.zones.hear(message.attrs['from'] ?? '');
    await this.#obey(message, said, language);
  }

  /** Does not read what the user chose, because that may be what failed. */
  async #apologise(message: Element, { lang }: Heard): Promise<void> {
    const { defaultLanguage, now, counters } = this.#parts;
    const language = languageFor(lang, LANGUAGE_OF[defaultLanguage]);
    const text = replyText(FAILING, language, now());
    // The failure itself is logged already. If the link is down too, the user can only ask again.
    await this.#say(message, { text, language }).catch(() => counters.count('replies not sent'));
  }

  async #obey(message: Element, said: ReadMessage, language: Language): Promise<void> {
    const { perform, counters } = this.#parts;
    if (said.isReaction && said.text === '')
      return this.#tell(message, { text: language.questions.takenBack, language });
    const meaning = parse(said.text, await this.#situationOf(said));
    if (meaning.kind === 'not-understood') counters.count('commands refused: not readable');
    const clock = () => this.#clockOf(said.user);
    const response = await respond(meaning, { user: said.user, language, perform, clock });
    if (response !== undefined) await this.#tell(message, response);
  }

  async #clockOf(user: BareJid): Promise<ReadersClock> {
    return readersClock(user, await this.#parts.preferences.get(user), this.#parts);
  }

  /**
   * The first that is known of: the user's choice, the language of the message, that of earlier
   * messages, the operator's choice.
   */
  async #languageFor({ user, text, lang }: ReadMessage): Promise<Language> {
    const { preferences, defaultLanguage } = this.#parts;
    const { language, spoken } = await preferences.get(user);
    const written = languageOf(text) ?? languageFor(lang, undefined);
    if (language === undefined && written !== undefined && written.lang !== spoken)
      await this.#rememberSpoken(user, written.lang);
    const known = written ?? languageFor(spoken, LANGUAGE_OF[defaultLanguage]);
    return languageFor(language, known);
  }

  /** What was not read shows no language but that of the client. */
  async #languageKnownOf({ user, lang }: Heard): Promise<Language> {
    const { preferences, defaultLanguage } = this.#parts;
    const { language, spoken } = await preferences.get(user);
    const known = languageFor(lang, LANGUAGE_OF[defaultLanguage]);
    return languageFor(language, languageFor(spoken, known));
  }

  /** Keeps the language that a user writes in, for our questions and receipts. */
  async #rememberSpoken(user: BareJid, spoken: string): Promise<void> {
    const { preferences, now } = this.#parts;
    const change = (before: Preferences) => ({ ...before, spoken });
    await preferences.change(user, { change, now: now() });
  }

  /**
   * XEP-0184 §5.4: in a message of its own, to the resource that asked. If it cannot be sent, the
   * command is still carried out.
   */
  async #confirm(message: Element): Promise<void> {
    const { link, counters } = this.#parts;
    try {
      const names = { id: randomUUID(), from: addressOfAnswer(message, this.#parts) };
      await link.send(receivedMessage(message, names));
    } catch (error) {
      if (!isLinkError(error)) throw error;
      counters.count('replies not sent');
    }
  }

  /** Says it, after who we are if that was not said to this person yet. The help says that itself. */
  async #tell(message: Element, { text, ...response }: Response): Promise<void> {
    const { preferences } = this.#parts;
    const user = bareOf(message.attrs['from'] ?? '');
    const { language, saysWhoWeAre } = response;
    const addressee = { user, preferences: await preferences.get(user), language };
    const whole = introduced(text, addressee, this.#parts);
    await this.#say(message, { ...response, text: saysWhoWeAre ? text : whole });
  }

  async #say(message: Element, { text, language, asks, proposes }: Response): Promise<void> {
    const [from, to = ''] = [addressOfAnswer(message, this.#parts), message.attrs['from']];
    const common = { from, to, lang: language.lang, thread: threadOf(message), isStored: false };
    const user = bareOf(to);
    for (const body of textParts(text)) {
      const id = asks === undefined ? randomUUID() : questionId(asks);
      this.#said.note(id, user);
      await this.#parts.link.send(chatMessage({ ...common, id, body }));
      if (proposes !== undefined) this.#said.propose(user, id, proposes);
    }
  }
}

const FAILING: Reply = { kind: 'refused', because: 'store-fails' };
const TOO_MANY: Reply = { kind: 'refused', because: 'too-many-commands' };

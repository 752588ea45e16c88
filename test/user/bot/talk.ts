import type { BareJid } from '../../../src/message/jid.ts';
import type { Element } from '../../../src/protocol/xml.ts';
import { composeQuestions } from '../../../src/sending/compose.ts';
import { Bot } from '../../../src/user/bot/bot.ts';
import { CommandDesk } from '../../support/command-desk.ts';
import { ALICE, BOB, keyOf, MINUTE } from '../../support/facts.ts';
import { ALL_KNOW_US, NO_ZONES } from '../../support/introduced.ts';
import type { Settings } from '../../support/settings.ts';
import { parseXml } from '../../support/xml.ts';

export const BOT = 'receipts@receipts.example.org';
export const BOBS_CLIENT = `${BOB}/pc`;

/** A talk of Bob with the bot. */
export class Talk {
  readonly desk: CommandDesk;
  readonly #bot: Bot;

  constructor(settings: Settings = {}) {
    this.desk = new CommandDesk({ 'commands.perMinute': '5', ...settings });
    this.#bot = new Bot({ ...this.desk.users, ...ALL_KNOW_US, link: this.desk.link });
  }

  /** A message comes; gives what is sent because of it. */
  async hear(xml: string): Promise<readonly Element[]> {
    const before = this.#messages.length;
    for (const message of parseXml(xml)) await this.#bot.take(message);
    return this.#messages.slice(before);
  }

  /** What is said in answer to a body. */
  async say(body: string, attrs = `type='chat'`): Promise<string | undefined> {
    const [answer] = await this.hear(
      `<message ${attrs} from='${BOBS_CLIENT}' to='${BOT}'><body>${body}</body></message>`,
    );
    return answer?.getChild('body')?.getText();
  }

  /** Bob is asked about so many messages of Alice, one a minute from 11:00 on. */
  async beAsked(count = 1): Promise<void> {
    await this.desk.choose(BOB, { policy: 'manual' });
    for (let n = 0; n < count; n++) await this.desk.deliver(keyOf(`m${n}`), n * MINUTE);
    const { store } = this.desk.breakable;
    await store.questions.show(BOB);
  }

  /** Puts the questions that wait for Bob, as the daemon does. Answers with the id of the stanza. */
  async ask(): Promise<string> {
    const { store } = this.desk.breakable;
    const questions = await store.questions.show(BOB);
    const asking = { recipient: BOB, questions, waiting: questions.length };
    const parts = { component: 'receipts.example.org', language: 'en', text: true } as const;
    const now = () => Date.now();
    const stanza = composeQuestions(
      asking,
      {},
      {
        ...{ ...parts, ...ALL_KNOW_US, ...NO_ZONES },
        isLocked: false,
        now,
      },
    );
    await this.desk.link.send(stanza);
    return stanza.attrs['id'] ?? '';
  }

  /** A message of that sender waits for an answer of Bob. */
  async wait(sender: BareJid, id = 'm0', after = 0): Promise<void> {
    await this.desk.choose(BOB, { ...(await this.desk.chosenBy(BOB)), policy: 'manual' });
    await this.desk.deliver(keyOf(id, sender, BOB), after);
  }

  /** What is said when Bob reacts to a message with these pictures. */
  react(id: string, ...pictures: readonly string[]): Promise<string | undefined> {
    const each = pictures.map((picture) => `<reaction>${picture}</reaction>`).join('');
    return this.#words(`<reactions xmlns='urn:xmpp:reactions:0' id='${id}'>${each}</reactions>`);
  }

  /** What is said when Bob replies to a message with these words. */
  reply(id: string, words: string): Promise<string | undefined> {
    const to = `<reply xmlns='urn:xmpp:reply:0' id='${id}' to='${BOT}'/>`;
    return this.#words(`<body>${words}</body>${to}`);
  }

  async #words(inner: string): Promise<string | undefined> {
    const xml = `<message type='chat' from='${BOBS_CLIENT}' to='${BOT}' id='w'>${inner}</message>`;
    const [answer] = await this.hear(xml);
    return answer?.getChild('body')?.getText();
  }

  /** The id of what was said last. */
  get lastId(): string {
    return this.#messages.at(-1)?.attrs['id'] ?? '';
  }

  /** How many commands were carried out, or at least begun. */
  get commands(): number {
    return this.desk.counters.all()['commands'] ?? 0;
  }

  get #messages(): readonly Element[] {
    return this.desk.link.sent.filter(({ name }) => name === 'message');
  }
}

/** The words for Alice's message of that time. */
export function messageOf(from: string) {
  return { sender: ALICE, messages: 1, from, to: undefined };
}

import { pino } from 'pino';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Bot } from '../../src/bot/bot.ts';
import type { Command, LanguageCode } from '../../src/commands/command.ts';
import { InTurn } from '../../src/commands/in-turn.ts';
import type { Reply } from '../../src/commands/reply.ts';
import { RequestRate } from '../../src/commands/request-rate.ts';
import { LinkDown } from '../../src/link/link.ts';
import { Counters } from '../../src/observing/counters.ts';
import type { Element } from '../../src/protocol/xml.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { en } from '../../src/text/en.ts';
import { zh } from '../../src/text/zh.ts';
import { T0 } from '../support/facts.ts';
import { parseXml } from '../support/xml.ts';

const BOT = 'receipts@receipts.example.org';
const ALICE = 'alice@example.org/pc';
const NONE = en.questions.none;

/** The bot with a fake memory: what it does is written down, what it answers is set. */
class Talk {
  readonly done: Command[] = [];
  readonly sent: Element[] = [];
  readonly logged: string[] = [];
  readonly counters = new Counters();
  reply: Reply = { kind: 'questions', questions: [] };
  preferences: Preferences = {};
  now = T0 / 1000;
  /** Fails instead of sending, or of doing. */
  failure: { readonly in: 'send' | 'perform'; readonly error: Error } | undefined;
  readonly #bot: Bot;

  constructor({
    language = 'en',
    perMinute = 5,
  }: { language?: LanguageCode; perMinute?: number } = {}) {
    this.#bot = new Bot({
      component: 'receipts.example.org',
      domains: ['example.org'],
      defaultLanguage: language,
      inTurn: new InTurn(),
      limiter: new RequestRate(perMinute),
      link: { send: async (stanza) => this.#send(stanza) },
      counters: this.counters,
      log: pino({ level: 'debug' }, { write: (line) => this.logged.push(JSON.parse(line).msg) }),
      now: () => this.now,
      preferences: {
        get: async () => this.preferences,
        change: async (_, { change }) => {
          this.preferences = change(this.preferences);
          return { preferences: this.preferences, version: { epoch: 'e', number: 1 } };
        },
      },
      perform: async (_, command) => this.#perform(command),
    });
  }

  /** A message comes; gives what is sent because of it. */
  async hear(xml: string): Promise<readonly Element[]> {
    const before = this.sent.length;
    for (const message of parseXml(xml)) await this.#bot.take(message);
    return this.sent.slice(before);
  }

  /** What is said in answer to a body. */
  async say(body: string, attrs = `type='chat'`): Promise<string | undefined> {
    const [answer] = await this.hear(
      `<message ${attrs} from='${ALICE}' to='${BOT}'><body>${body}</body></message>`,
    );
    return answer?.getChild('body')?.getText();
  }

  #send(stanza: Element): void {
    if (this.failure?.in === 'send') throw this.failure.error;
    this.sent.push(stanza);
  }

  #perform(command: Command): Reply {
    if (this.failure?.in === 'perform') throw this.failure.error;
    this.done.push(command);
    return this.reply;
  }
}

let talk: Talk;

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  talk = new Talk();
  return () => vi.unstubAllEnvs();
});

test('a command that a user writes is carried out, and the client that wrote gets the answer', async () => {
  const [answer, ...others] = await talk.hear(
    `<message type='chat' from='${ALICE}' to='${BOT}' id='a1'><body>Yes, 2!</body></message>`,
  );
  expect(talk.done).toEqual([{ kind: 'answer', answer: 'yes', which: [2] }]);
  expect(others).toEqual([]);
  expect(answer?.attrs).toMatchObject({ type: 'chat', from: BOT, to: ALICE, 'xml:lang': 'en' });
  expect(answer?.attrs['id']).toMatch(/./);
  expect(answer?.getChild('body')?.getText()).toBe(NONE);
});

test('a command to the domain is answered by the bot', async () => {
  const [answer] = await talk.hear(
    `<message from='${ALICE}' to='receipts.example.org'><body>help</body></message>`,
  );
  expect(talk.done).toEqual([{ kind: 'help' }]);
  expect(answer?.attrs).toMatchObject({ type: 'chat', from: BOT, to: ALICE });
});

test('a command that is not understood is answered by what would work', async () => {
  expect(await talk.say('policy manul')).toBe(
    'I do not understand “policy manul”.\nDid you mean: policy manual\nSay “help” to see what I understand.',
  );
  expect(await talk.say('1')).toBe(
    'I do not understand “1”.\nYou could say: yes 1 – or: no 1 – or: later 1\nSay “help” to see what I understand.',
  );
  expect(talk.done).toEqual([]);
});

test('thanks are not answered', async () => {
  expect(await talk.say('thanks!')).toBeUndefined();
});

test.each([
  ['the language of the message', `xml:lang='zh-CN'`, {}, zh],
  [
    'the language that the user chose, before that of the message',
    `xml:lang='zh'`,
    { language: 'en' },
    en,
  ],
  ['the language of the operator, where none is known', `xml:lang='fr'`, {}, en],
  [
    'the language of the operator, where the one chosen is not spoken any more',
    '',
    { language: 'tlh' },
    en,
  ],
] as const)('the bot answers in %s', async (_, attrs, preferences, language) => {
  talk.preferences = preferences;
  const [answer] = await talk.hear(
    `<message type='chat' ${attrs} from='${ALICE}' to='${BOT}'><body>help</body></message>`,
  );
  expect(answer?.attrs['xml:lang']).toBe(language.lang);
  expect(answer?.getChild('body')?.getText()).toBe(language.questions.none);
});

test('the language of the body counts before that of the message', async () => {
  const [answer] = await talk.hear(
    `<message xml:lang='en' from='${ALICE}' to='${BOT}'><body xml:lang='zh'>问题</body></message>`,
  );
  expect(answer?.attrs['xml:lang']).toBe('zh');
});

describe('a user who chose no language', () => {
  test('a user who chose no language is answered in that of the text, whatever the client says', async () => {
    expect(await talk.say('问题')).toBe(zh.questions.none);
    expect(await talk.say('问题', `type='chat' xml:lang='en'`)).toBe(zh.questions.none);
  });

  test('a user who chose no language is written to in the one they wrote in last', async () => {
    await talk.say('问题');
    expect(talk.preferences).toEqual({ spoken: 'zh' });
    expect(await talk.say('questions')).toBe(zh.questions.none);
    await talk.say('questions', `type='chat' xml:lang='en-GB'`);
    expect(talk.preferences).toEqual({ spoken: 'en' });
  });

  test('a user who chose a language is answered in it, whatever they write in', async () => {
    talk.preferences = { language: 'en' };
    expect(await talk.say('问题')).toBe(en.questions.none);
    expect(talk.preferences).toEqual({ language: 'en' });
  });
});

test('a user who chooses another language is answered in it at once', async () => {
  talk.reply = {
    kind: 'receipts',
    statuses: [],
    isOwn: true,
    text: false,
    language: 'zh',
    isChanged: true,
  };
  expect(await talk.say('language zh')).toContain(zh.receipts.changed);
});

test('commands are understood in every language, whichever the bot speaks', async () => {
  await talk.say('是的');
  await new Talk({ language: 'zh' }).say('yes');
  expect(talk.done).toEqual([{ kind: 'answer', answer: 'yes', which: 'only' }]);
});

test('a client that asks for a receipt gets it, in a message of its own', async () => {
  const [received, answer] = await talk.hear(
    `<message type='chat' from='${ALICE}' to='${BOT}' id='a1'>
       <body>help</body><request xmlns='urn:xmpp:receipts'/>
     </message>`,
  );
  expect(received?.attrs).toMatchObject({ type: 'chat', from: BOT, to: ALICE });
  expect(received?.getChild('received', 'urn:xmpp:receipts')?.attrs['id']).toBe('a1');
  expect(received?.getChild('body')).toBeUndefined();
  expect(answer?.getChild('body')).toBeDefined();
});

test('text that a client quotes from the message it replies to is no command', async () => {
  await talk.hear(
    `<message type='chat' from='${ALICE}' to='${BOT}'>
       <body>yes or no?\nlater</body>
       <reply xmlns='urn:xmpp:reply:0' id='x' to='${BOT}'/>
       <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='11'/></fallback>
     </message>`,
  );
  await talk.say('&gt; yes or no?\nno');
  expect(talk.done).toMatchObject([{ answer: 'later' }, { answer: 'no' }]);
});

const body = '<body>help</body>';

test.each([
  ['an error', `<message type='error' from='${ALICE}' to='${BOT}'>${body}</message>`],
  ['a headline', `<message type='headline' from='${ALICE}' to='${BOT}'>${body}</message>`],
  ['a room', `<message type='groupchat' from='${ALICE}' to='${BOT}'>${body}</message>`],
  ['somebody elsewhere', `<message from='eve@example.net/x' to='${BOT}'>${body}</message>`],
  ['a server', `<message from='example.org' to='${BOT}'>${body}</message>`],
  ['nobody', `<message to='${BOT}'>${body}</message>`],
  ['ourselves', `<message from='${BOT}' to='${BOT}'>${body}</message>`],
  ['our domain', `<message from='receipts.example.org' to='${BOT}'>${body}</message>`],
  [
    'a message to another address',
    `<message from='${ALICE}' to='x@receipts.example.org'>${body}</message>`,
  ],
  ['an empty body', `<message from='${ALICE}' to='${BOT}'><body> </body></message>`],
  [
    'a chat state',
    `<message type='chat' from='${ALICE}' to='${BOT}'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
  ],
  [
    'a receipt',
    `<message from='${ALICE}' to='${BOT}' id='r'><received xmlns='urn:xmpp:receipts' id='a1'/></message>`,
  ],
  [
    'a receipt that asks for one and has a body',
    `<message from='${ALICE}' to='${BOT}' id='r'>${body}<received xmlns='urn:xmpp:receipts' id='a1'/><request xmlns='urn:xmpp:receipts'/></message>`,
  ],
])('the bot does not answer %s', async (_, xml) => {
  expect(await talk.hear(xml)).toEqual([]);
  expect(talk.done).toEqual([]);
  expect(talk.counters.all()).toEqual({ 'stanzas ignored': 1 });
});

test('a command that was delayed is answered as well', async () => {
  const [answer] = await talk.hear(
    `<message from='${ALICE}' to='${BOT}'>${body}<delay xmlns='urn:xmpp:delay' stamp='2026-11-20T10:00:00Z'/></message>`,
  );
  expect(answer).toBeDefined();
});

test('a user who writes too much is told so once, and gets nothing more until a minute has passed', async () => {
  talk = new Talk({ perMinute: 4 });
  for (let n = 0; n < 4; n++) expect(await talk.say('questions')).toBe(NONE);
  expect(await talk.say('questions')).toBe(en.refusals['too-many-commands']);
  for (let n = 0; n < 20; n++) expect(await talk.say('questions')).toBeUndefined();
  const request = `<request xmlns='urn:xmpp:receipts'/>`;
  expect(
    await talk.hear(`<message id='a' from='${ALICE}' to='${BOT}'>${body}${request}</message>`),
  ).toEqual([]);
  talk.now += 60_000;
  expect(await talk.say('questions')).toBe(NONE);
  expect(talk.done).toHaveLength(5);
});

test('a machine that answers everything is not answered for ever', async () => {
  talk = new Talk({ perMinute: 5 });
  let said = await talk.say('hello');
  let rounds = 0;
  for (; said !== undefined && rounds < 1000; rounds++) said = await talk.say('I am away.');
  expect(rounds).toBeLessThan(10);
});

test('an answer that cannot be sent because the server is away is not logged as an error', async () => {
  talk.failure = { in: 'send', error: new LinkDown('not connected') };
  expect(await talk.say('help')).toBeUndefined();
  expect(talk.logged).toEqual([]);
});

test('a failure of the daemon is logged without the text of the user, who is told to try later', async () => {
  talk.failure = { in: 'perform', error: new Error('the store is gone') };
  expect(await talk.say('help')).toContain('cannot do that just now');
  expect(talk.logged).toEqual(['a message to the bot could not be answered']);
});

describe('what the bot cannot read', () => {
  const SECRET = "<encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted>";

  async function send(inner: string, from = ALICE): Promise<readonly (string | undefined)[]> {
    const answers = await talk.hear(
      `<message type='chat' id='e' from='${from}' to='${BOT}'>${inner}</message>`,
    );
    return answers.map((answer) => answer.getChild('body')?.getText());
  }

  test('an encrypted message is answered by one sentence, at most once an hour for one person', async () => {
    const request = `<request xmlns='urn:xmpp:receipts'/>`;
    expect(await send(`${SECRET}${body}${request}`)).toEqual([en.unread.encrypted]);
    talk.now += 60 * 60_000 - 1;
    expect(await send(SECRET)).toEqual([]);
    expect(await send(SECRET, 'bob@example.org/phone')).toEqual([en.unread.encrypted]);
    talk.now += 1;
    expect(await send(SECRET)).toEqual([en.unread.encrypted]);
    expect(talk.done).toEqual([]);
  });

  test('the sentence comes in the language that the user chose or last wrote in, and is no word of theirs', async () => {
    talk.preferences = { spoken: 'zh' };
    expect(await send(SECRET)).toEqual([zh.unread.encrypted]);
    expect(talk.preferences).toEqual({ spoken: 'zh' });
  });

  test('a correction is not carried out, and its writer is told so', async () => {
    const correction = `${body}<replace xmlns='urn:xmpp:message-correct:0' id='m'/>`;
    expect(await send(correction)).toEqual([en.unread.correction]);
    expect(await send(correction)).toEqual([]);
    expect(talk.done).toEqual([]);
  });

  test('a reaction is not answered', async () => {
    const reaction = `${body}<reactions xmlns='urn:xmpp:reactions:0' id='m'/>`;
    expect(await send(reaction)).toEqual([]);
    expect(talk.counters.all()).toEqual({ 'stanzas ignored': 1 });
  });

  test('a clock that is set back by a year does not silence the bot', async () => {
    await send(SECRET);
    talk.now -= 365 * 24 * 60 * 60_000;
    expect(await send(SECRET)).toEqual([en.unread.encrypted]);
  });

  test('an encrypted message of a stranger is not answered', async () => {
    expect(await send(SECRET, 'eve@example.net/x')).toEqual([]);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { de } from '../../../src/user/text/de/index.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { zh } from '../../../src/user/text/zh/index.ts';
import { ALICE, BOB } from '../../support/facts.ts';
import { BOBS_CLIENT, BOT, messageOf, Talk } from './talk.ts';

const NONE = en.questions.none;

let talk: Talk;

beforeEach(() => {
  talk = new Talk();
});

test('a command that a user writes is carried out, and the client that wrote gets the answer', async () => {
  await talk.beAsked(2);
  const [answer, ...others] = await talk.hear(
    `<message type='chat' from='${BOBS_CLIENT}' to='${BOT}' id='a1'><body>Yes, 2!</body></message>`,
  );
  expect((await talk.desk.questionsFor(BOB)).waiting).toEqual([1]);
  expect(others).toEqual([]);
  expect(answer?.attrs).toMatchObject({
    type: 'chat',
    from: BOT,
    to: BOBS_CLIENT,
    'xml:lang': 'en',
  });
  expect(answer?.attrs['id']).toMatch(/./);
  expect(answer?.getChild('body')?.getText()).toBe(
    en.questions.answered.yes(messageOf('11:01 UTC')),
  );
});

test('an answer is in the thread of the message, if the name of the thread is not too long', async () => {
  const answerIn = async (thread: string) => {
    const [answer] = await talk.hear(
      `<message from='${BOBS_CLIENT}' to='${BOT}'><body>help</body>${thread}</message>`,
    );
    return answer?.getChild('thread')?.getText();
  };
  expect(await answerIn('<thread>a&amp;b</thread>')).toBe('a&b');
  expect(await answerIn(`<thread>${'x'.repeat(257)}</thread>`)).toBeUndefined();
  expect(await answerIn('<thread/>')).toBeUndefined();
  expect(await answerIn('')).toBeUndefined();
});

test('a command to the domain is answered by the bot', async () => {
  const [answer] = await talk.hear(
    `<message from='${BOBS_CLIENT}' to='receipts.example.org'><body>help</body></message>`,
  );
  expect(answer?.attrs).toMatchObject({ type: 'chat', from: BOT, to: BOBS_CLIENT });
  expect(answer?.getChild('body')?.getText()).toContain(en.help.intro);
});

test('a command that is not understood is answered by what would work', async () => {
  expect(await talk.say('policy manul')).toBe(
    '“policy manul”: I do not understand that.\nDid you mean “policy manual”? Then say yes.\nSay “help” to see what I understand.',
  );
  expect(await talk.say('1')).toBe(
    '“1”: I do not understand that.\nYou could say “yes 1” or “no 1” or “later 1”, for instance.\nSay “help” to see what I understand.',
  );
  expect(talk.desk.counters.all()).toEqual({ 'commands refused: not readable': 2 });
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
  await talk.desk.choose(BOB, preferences);
  const [answer] = await talk.hear(
    `<message type='chat' ${attrs} from='${BOBS_CLIENT}' to='${BOT}'><body>help</body></message>`,
  );
  expect(answer?.attrs['xml:lang']).toBe(language.lang);
  expect(answer?.getChild('body')?.getText()).toContain(language.help.intro);
});

test('the language of the body counts before that of the message', async () => {
  const [answer] = await talk.hear(
    `<message xml:lang='en' from='${BOBS_CLIENT}' to='${BOT}'><body xml:lang='zh'>问题</body></message>`,
  );
  expect(answer?.attrs['xml:lang']).toBe('zh');
});

describe('a user who chose no language', () => {
  test('a user who chose no language is answered in that of the text, whatever the client says', async () => {
    expect(await talk.say('问题')).toBe(zh.questions.none);
    expect(await talk.say('问题', `type='chat' xml:lang='en'`)).toBe(zh.questions.none);
  });

  test('a user who writes German words is answered in German, and "ja" alone says no language', async () => {
    expect(await talk.say('ja')).toBe(en.questions.none);
    expect(await talk.say('hilfe')).toContain(de.help.intro);
    expect(await talk.desk.chosenBy(BOB)).toEqual({ spoken: 'de' });
  });

  test('a user who chose no language is written to in the one they wrote in last', async () => {
    await talk.say('问题');
    expect(await talk.desk.chosenBy(BOB)).toEqual({ spoken: 'zh' });
    expect(await talk.say('questions')).toBe(zh.questions.none);
    await talk.say('questions', `type='chat' xml:lang='en-GB'`);
    expect(await talk.desk.chosenBy(BOB)).toEqual({ spoken: 'en' });
  });

  test('a user who chose a language is answered in it, whatever they write in', async () => {
    await talk.desk.choose(BOB, { language: 'en' });
    expect(await talk.say('问题')).toBe(en.questions.none);
    expect(await talk.desk.chosenBy(BOB)).toEqual({ language: 'en' });
  });
});

test('a user who chooses another language is answered in it at once', async () => {
  expect(await talk.say('language zh')).toContain(zh.receipts.changed);
});

test.each([
  ['en', '是的', zh],
  ['zh', 'yes', zh],
])('where the bot speaks %s, %s is understood as well', async (spoken, yes, language) => {
  talk = new Talk({ language: spoken });
  await talk.beAsked();
  expect(await talk.say(yes)).toBe(language.questions.answered.yes(messageOf('11:00 UTC')));
  expect((await talk.desk.questionsFor(BOB)).waiting).toEqual([]);
});

test('a client that asks for a receipt gets it, in a message of its own', async () => {
  const [received, answer] = await talk.hear(
    `<message type='chat' from='${BOBS_CLIENT}' to='${BOT}' id='a1'>
       <body>help</body><request xmlns='urn:xmpp:receipts'/>
     </message>`,
  );
  expect(received?.attrs).toMatchObject({ type: 'chat', from: BOT, to: BOBS_CLIENT });
  expect(received?.getChild('received', 'urn:xmpp:receipts')?.attrs['id']).toBe('a1');
  expect(received?.getChild('body')).toBeUndefined();
  expect(answer?.getChild('body')).toBeDefined();
});

test('text that a client quotes from the message it replies to is no command', async () => {
  await talk.beAsked();
  const [later] = await talk.hear(
    `<message type='chat' from='${BOBS_CLIENT}' to='${BOT}'>
       <body>yes or no?\nlater</body>
       <reply xmlns='urn:xmpp:reply:0' id='x' to='${BOT}'/>
       <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='11'/></fallback>
     </message>`,
  );
  const { answered } = en.questions;
  expect(later?.getChild('body')?.getText()).toBe(answered.later(messageOf('11:00 UTC')));
  expect(await talk.say('&gt; yes or no?\nno')).toBe(answered.no(messageOf('11:00 UTC')));
});

test.each(['yes', 'yes, I have received it', '收到了'])(
  'a reply is read where its client counts bytes instead of characters: %s',
  async (text) => {
    await talk.beAsked();
    const quote = '> Answer yes or no: “yes, always”, 是\n';
    const [answer] = await talk.hear(
      `<message type='chat' from='${BOBS_CLIENT}' to='${BOT}'>
         <body>${quote.replace('>', '&gt;')}${text}</body>
         <reply xmlns='urn:xmpp:reply:0' id='x' to='${BOT}'/>
         <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>
           <body start='0' end='${Buffer.byteLength(quote)}'/>
         </fallback>
       </message>`,
    );
    expect(answer?.getChild('body')?.getText()).toContain('11:00 UTC');
  },
);

test('a reply of which a range leaves nothing is answered', async () => {
  const [answer] = await talk.hear(
    `<message type='chat' from='${BOBS_CLIENT}' to='${BOT}'>
       <body>“never”\nhelp</body>
       <reply xmlns='urn:xmpp:reply:0' id='x' to='${BOT}'/>
       <fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='12'/></fallback>
     </message>`,
  );
  expect(answer?.getChild('body')?.getText()).toBeDefined();
});

const body = '<body>help</body>';

test.each([
  ['somebody elsewhere', `<message from='eve@example.net/x' to='${BOT}'>${body}</message>`],
  ['a server', `<message from='example.org' to='${BOT}'>${body}</message>`],
  ['nobody', `<message to='${BOT}'>${body}</message>`],
  ['ourselves', `<message from='${BOT}' to='${BOT}'>${body}</message>`],
  ['our domain', `<message from='receipts.example.org' to='${BOT}'>${body}</message>`],
  [
    'a message to another address',
    `<message from='${BOBS_CLIENT}' to='x@receipts.example.org'>${body}</message>`,
  ],
])('the bot does not answer strangers, and counts them: %s', async (_, xml) => {
  expect(await talk.hear(xml)).toEqual([]);
  expect(talk.desk.counters.all()).toEqual({ 'stanzas ignored: strangers': 1 });
});

test.each([
  ['an error', `<message type='error' from='${BOBS_CLIENT}' to='${BOT}'>${body}</message>`],
  ['a headline', `<message type='headline' from='${BOBS_CLIENT}' to='${BOT}'>${body}</message>`],
  ['a room', `<message type='groupchat' from='${BOBS_CLIENT}' to='${BOT}'>${body}</message>`],
  ['an empty body', `<message from='${BOBS_CLIENT}' to='${BOT}'><body> </body></message>`],
  [
    'a chat state',
    `<message type='chat' from='${BOBS_CLIENT}' to='${BOT}'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>`,
  ],
  [
    'a receipt',
    `<message from='${BOBS_CLIENT}' to='${BOT}' id='r'><received xmlns='urn:xmpp:receipts' id='a1'/></message>`,
  ],
  [
    'a receipt that asks for one and has a body',
    `<message from='${BOBS_CLIENT}' to='${BOT}' id='r'>${body}<received xmlns='urn:xmpp:receipts' id='a1'/><request xmlns='urn:xmpp:receipts'/></message>`,
  ],
])('the bot does not answer what has no words for it, and counts it: %s', async (_, xml) => {
  expect(await talk.hear(xml)).toEqual([]);
  expect(talk.desk.counters.all()).toEqual({ 'stanzas ignored: no words': 1 });
});

test('a command that was delayed is answered as well', async () => {
  const [answer] = await talk.hear(
    `<message from='${BOBS_CLIENT}' to='${BOT}'>${body}<delay xmlns='urn:xmpp:delay' stamp='2026-11-20T10:00:00Z'/></message>`,
  );
  expect(answer).toBeDefined();
});

test('a user who writes too much is told so once, and gets nothing more until a minute has passed', async () => {
  talk = new Talk({ 'commands.perMinute': '4' });
  for (let n = 0; n < 4; n++) expect(await talk.say('questions')).toBe(NONE);
  expect(await talk.say('questions')).toBe(en.refusals['too-many-commands']);
  for (let n = 0; n < 20; n++) expect(await talk.say('questions')).toBeUndefined();
  const request = `<request xmlns='urn:xmpp:receipts'/>`;
  expect(
    await talk.hear(
      `<message id='a' from='${BOBS_CLIENT}' to='${BOT}'>${body}${request}</message>`,
    ),
  ).toEqual([]);
  expect(talk.desk.counters.all()).toEqual({
    commands: 4,
    'commands refused: too-many-commands': 22,
  });
  talk.desk.pass(60_000);
  expect(await talk.say('questions')).toBe(NONE);
  expect(talk.commands).toBe(5);
});

test('a machine that answers everything is not answered for ever', async () => {
  talk = new Talk({ 'commands.perMinute': '5' });
  let said = await talk.say('hello');
  let rounds = 0;
  for (; said !== undefined && rounds < 1000; rounds++) said = await talk.say('I am away.');
  expect(rounds).toBeLessThan(10);
});

test('an answer that cannot be sent because the server is away is not logged as an error', async () => {
  talk.desk.link.drop();
  expect(await talk.say('help')).toBeUndefined();
  expect(talk.desk.lines).toEqual([]);
  expect(talk.desk.counters.all()).toMatchObject({ 'replies not sent': 1 });
});

test('a failure of the daemon is logged without the text of the user, who is told to try later', async () => {
  talk.desk.breakable.isBroken = true;
  expect(await talk.say('help')).toContain('cannot do that just now');
  expect(talk.desk.counters.all()).toEqual({ 'commands failed': 1 });
  expect(talk.desk.lines.map(({ msg }) => msg)).toEqual([
    'a message to the bot could not be answered; the user was told so, and the error says why',
  ]);
});

describe('what the bot cannot read', () => {
  const SECRET = "<encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted>";

  async function send(
    inner: string,
    from: string = ALICE,
  ): Promise<readonly (string | undefined)[]> {
    const answers = await talk.hear(
      `<message type='chat' id='e' from='${from}' to='${BOT}'>${inner}</message>`,
    );
    return answers.map((answer) => answer.getChild('body')?.getText());
  }

  test('an encrypted message is answered by one sentence, at most once an hour for one person', async () => {
    const request = `<request xmlns='urn:xmpp:receipts'/>`;
    expect(await send(`${SECRET}${body}${request}`)).toEqual([en.unread.encrypted]);
    talk.desk.pass(60 * 60_000 - 1);
    expect(await send(SECRET)).toEqual([]);
    expect(await send(SECRET, 'bob@example.org/phone')).toEqual([en.unread.encrypted]);
    talk.desk.pass(1);
    expect(await send(SECRET)).toEqual([en.unread.encrypted]);
    expect(talk.commands).toBe(0);
    expect(talk.desk.counters.all()).toEqual({ 'messages to the bot not read: encrypted': 4 });
  });

  test('the sentence comes in the language that the user chose or last wrote in, and is no word of theirs', async () => {
    await talk.desk.choose(ALICE, { spoken: 'zh' });
    expect(await send(SECRET)).toEqual([zh.unread.encrypted]);
    expect(await talk.desk.chosenBy(ALICE)).toEqual({ spoken: 'zh' });
  });

  test('a correction is not carried out, and its writer is told so', async () => {
    const correction = `${body}<replace xmlns='urn:xmpp:message-correct:0' id='m'/>`;
    expect(await send(correction)).toEqual([en.unread.correction]);
    expect(await send(correction)).toEqual([]);
    expect(talk.commands).toBe(0);
    expect(talk.desk.counters.all()).toEqual({ 'messages to the bot not read: correction': 2 });
  });

  test('a reaction is not answered', async () => {
    const reaction = `${body}<reactions xmlns='urn:xmpp:reactions:0' id='m'/>`;
    expect(await send(reaction)).toEqual([]);
    expect(talk.desk.counters.all()).toEqual({ 'messages to the bot not read: about-another': 1 });
  });

  test('a clock that is set back by a year does not silence the bot', async () => {
    await send(SECRET);
    talk.desk.setClock(-365 * 24 * 60 * 60_000);
    talk.desk.pass(60 * 60_000);
    expect(await send(SECRET)).toEqual([en.unread.encrypted]);
  });

  test('an encrypted message of a stranger is not answered', async () => {
    expect(await send(SECRET, 'eve@example.net/x')).toEqual([]);
  });
});

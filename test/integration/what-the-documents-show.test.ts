import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { blockOf } from '../support/blocks.ts';
import { asked, isInWords, say } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { exchangesIn, speechesIn, wordsLike } from '../support/speeches.ts';
import { COMPONENT, receiptsIn, waitForReceipt } from '../support/stage.ts';
import { parseOne, treeOf } from '../support/xml.ts';

const HOST = 'example.org';
const [ALICE, BOB, CAROL] = ['alice', 'bob', 'carol'].map((name) => `${name}@${HOST}`) as [
  string,
  string,
  string,
];

const QUICK = {
  receipts: { text: true, textStoredAfterMs: 0, graceMs: 400, gatherTextMs: 0 },
  questions: { gatherMs: 0 },
  log: { level: 'debug' },
};

/** A block as it would be with the component's name here. */
function shown(page: string, begin: string): string {
  return blockOf(page, begin).replaceAll('receipts.example.org', COMPONENT);
}

const RECEIPT = parseOne(shown('README.md', '<message'));

/** With the id and the time of the document; the language is that of her stream. */
function asShown(message: Element): Element {
  Object.assign(message.attrs, { id: RECEIPT.attrs['id'], 'xml:lang': undefined });
  const at = RECEIPT.getChild('receipt')?.attrs['at'];
  Object.assign(message.getChild('receipt')?.attrs ?? {}, { at });
  return message;
}

describe('what a document shows comes, word for word:', () => {
  let stage: OperatorStage;
  let alice: Client;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST }], settings: QUICK });
    for (const user of [ALICE, BOB, CAROL]) await stage.server.register(user);
    for (const user of [BOB, CAROL]) await stage.server.befriend(ALICE, user);
    await stage.daemon.start();
    alice = await enter(ALICE);
  });

  afterAll(() => stage?.dispose());

  function enter(jid: string, autoReceipt = false): Promise<Client> {
    return login({ jid: `${jid}/pc`, port: stage.server.ports.c2s, autoReceipt });
  }

  /** What the bot tells alice about a message to somebody who is away. */
  async function toldOf(recipient: string, id: string): Promise<string> {
    const since = alice.mark();
    alice.ask(recipient, id);
    const words = await alice.waitFor(isInWords, { since });
    // The bot's first message to somebody also says who it is.
    return words.getChildText('body')?.split('\n').at(-1) ?? '';
  }

  function messageAbout(id: string): Element {
    const isIt = ({ attrs }: Element) => attrs['id'] === id;
    const [message] = alice.received.filter((stanza) => receiptsIn([stanza]).some(isIt));
    if (message === undefined) throw new Error(`nothing came about ${id}`);
    return message;
  }

  test.each([
    ['README.md', '10:42  you', BOB],
    ['docs/user-guide.md', ' carol@example.org', CAROL],
  ])('the first receipt of %s', async (page, begin, recipient) => {
    const words = speechesIn(shown(page, begin)).at(-1)?.words ?? '';
    expect(words).toContain(recipient);
    expect(await toldOf(recipient, `first of ${page}`)).toMatch(wordsLike(words));
  });

  test('the receipt of README.md as it travels, but for its id and the time', async () => {
    await say(alice, 'text off');
    alice.ask(BOB, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    expect(treeOf(asShown(messageAbout('m1')))).toEqual(treeOf(RECEIPT));
    await say(alice, 'text on');
  });

  test('the line of the log in docs/operating.md, of a message that its recipient has answered', async () => {
    await say(alice, 'text off');
    const bob = await enter(BOB, true);
    const line = JSON.parse(blockOf('docs/operating.md', '{"level":20'));
    alice.ask(BOB, 'answered');
    const expected = expect.objectContaining({ ...line, id: 'answered' });
    await vi.waitFor(() => expect(logged()).toContainEqual(expected), 20_000);
    await bob.close();
    await say(alice, 'text on');
  });

  test.each([
    ['README.md', 'bob    policy manual', BOB],
    ['docs/user-guide.md', '12:45:02 - me: policy manual', CAROL],
  ])('the conversation of %s', async (page, begin, user) => {
    const person = await enter(user, true);
    for (const { said, answer } of exchangesIn(shown(page, begin))) {
      const heard = await (said === undefined ? question(person) : say(person, said));
      expect(heard.replace(/\s+/g, ' ')).toMatch(wordsLike(answer));
    }
    await person.close();
  });

  /** What the bot asks when a message has come. */
  function question(person: Client): Promise<string> {
    const since = person.mark();
    alice.ask(person.bareJid, `asked ${since}`);
    return asked(person, since, 20_000);
  }

  function logged(): readonly unknown[] {
    const lines = stage.daemon.output.split('\n').filter((line) => line.startsWith('{'));
    return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line));
  }
});

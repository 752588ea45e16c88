import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saidByBot, say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { BOT, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const HOST = 'talk.test';
const CANNOT_READ = /I cannot read encrypted messages/;
const NO_CORRECTIONS = /I do not read corrections/;

/** What clients send beside a body that the bot would obey. */
const ENCRYPTED: readonly (readonly [string, (body: string) => string])[] = [
  [
    'OMEMO',
    (body) =>
      `<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>x</payload></encrypted><encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/><body>${body}</body>`,
  ],
  [
    'the name of an encryption',
    (body) => `<encryption xmlns='urn:xmpp:eme:0' namespace='x:y'/><body>${body}</body>`,
  ],
  [
    'OpenPGP for XMPP',
    (body) => `<openpgp xmlns='urn:xmpp:openpgp:0'>x</openpgp><body>${body}</body>`,
  ],
  ['legacy OpenPGP', (body) => `<x xmlns='jabber:x:encrypted'>x</x><body>${body}</body>`],
  ['OTR', (body) => `<body>?OTRv23? ${body}</body>`],
  [
    'OMEMO without a body',
    () => "<encrypted xmlns='urn:xmpp:omemo:2'><payload>x</payload></encrypted>",
  ],
];

const UNANSWERED: readonly (readonly [string, string])[] = [
  [
    'a reaction',
    "<reactions xmlns='urn:xmpp:reactions:0' id='q'><reaction>y</reaction></reactions>",
  ],
  ['a retraction', "<retract xmlns='urn:xmpp:message-retract:1' id='q'/>"],
  ['a body that only stands for something else', ''],
];

describe('the bot', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: HOST }] });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  /** A recipient who was asked whether a message came. */
  async function asked(name: string): Promise<{ readonly alice: Client; readonly bob: Client }> {
    const alice = await company.enter(`alice-${name}@${HOST}/pc`);
    const bob = await company.enter(`bob-${name}@${HOST}/phone`);
    await company.befriend(alice, bob);
    await say(bob, 'policy manual');
    alice.ask(bob.bareJid, 'm1');
    await waitForReceipt(alice, 'm1', 'sent');
    await bob.waitUntil(() => saidByBot(bob).some((text) => text.includes('asks whether')));
    return { alice, bob };
  }

  function sendToBot(bob: Client, inner: string): void {
    bob.send(`<message to='${BOT}' type='chat' id='x'>${inner}</message>`);
  }

  async function expectSaid(client: Client, words: RegExp): Promise<void> {
    await client.waitUntil(() => saidByBot(client).some((text) => words.test(text)));
  }

  /** The question is still open and the policy is what it was. */
  async function expectUntouched(alice: Client, bob: Client): Promise<void> {
    expect(await say(bob, 'policy')).toContain('Your policy is manual');
    expect(await say(bob, 'questions')).toContain(alice.bareJid);
    expect(ticksFor(alice, 'm1')).toEqual([]);
  }

  test.each(ENCRYPTED)(
    'does not take the body beside %s as an answer or a command, and says once that it cannot read it',
    async (kind, wrap) => {
      const { alice, bob } = await asked(kind.toLowerCase().replaceAll(' ', '-'));
      for (const body of ['yes', 'policy refuse', 'yes']) sendToBot(bob, wrap(body));
      await expectSaid(bob, CANNOT_READ);
      await expectUntouched(alice, bob);
      expect(saidByBot(bob).filter((text) => CANNOT_READ.test(text))).toHaveLength(1);
      expect(saidByBot(bob).join()).not.toContain('Did you mean');
    },
  );

  test('does not carry out a correction, and says so', async () => {
    const { alice, bob } = await asked('correction');
    for (const body of ['yes', 'policy refuse'])
      sendToBot(bob, `<body>${body}</body><replace xmlns='urn:xmpp:message-correct:0' id='m0'/>`);
    await expectSaid(bob, NO_CORRECTIONS);
    await expectUntouched(alice, bob);
    expect(saidByBot(bob).filter((text) => NO_CORRECTIONS.test(text))).toHaveLength(1);
  });

  test.each(UNANSWERED)('does not read the body of %s, and is silent', async (kind, inner) => {
    const { alice, bob } = await asked(kind.replaceAll(' ', '-'));
    const before = saidByBot(bob).length;
    const fallback = "<fallback xmlns='urn:xmpp:fallback:0' for='x:y'><body/></fallback>";
    for (const body of ['yes', 'policy refuse'])
      sendToBot(bob, `<body>${body}</body>${inner}${fallback}`);
    await expectUntouched(alice, bob);
    expect(saidByBot(bob)).toHaveLength(before + 2);
  });

  test('says in Chinese that it cannot read to who writes Chinese', async () => {
    const bob = await company.enter(`li@${HOST}/phone`);
    await say(bob, '策略');
    sendToBot(bob, ENCRYPTED[0]?.[1]('是') ?? '');
    await expectSaid(bob, /加密的消息/);
  });
});

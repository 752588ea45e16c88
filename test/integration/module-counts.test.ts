import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ModuleCount, readCounts } from '../../src/protocol/module-counts.ts';
import { element } from '../../src/protocol/xml.ts';
import type { Client } from '../support/client.ts';
import {
  ALICE,
  BOB,
  DORA,
  HOST,
  type ModuleStage,
  startModuleStage,
} from '../support/module-stage.ts';

const ASKS = "<request xmlns='urn:xmpp:receipts'/>";
const BODY = '<body>x</body>';
/** What the modules read of one message. */
const MOST_ANSWERS = 16;
const RECEIPT = "<received xmlns='urn:xmpp:receipts' id='m'/>";
const WRAPPED = `<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'>${RECEIPT}</message></forwarded>`;
const NAMES_ALICE = `<addresses xmlns='http://jabber.org/protocol/address'><address type='cc' jid='${ALICE}'/></addresses>`;
const REACTION = "<reactions xmlns='urn:xmpp:reactions:0' id='q'/>";

describe('what the module counts', () => {
  let stage: ModuleStage;
  let alice: Client;
  let bob: Client;
  let carol: Client;
  let dora: Client;

  beforeAll(async () => {
    stage = await startModuleStage();
    ({ alice, bob, carol, dora } = await stage.loginAll());
  });

  afterAll(() => stage?.dispose());

  const counts = async () => readCounts((await stage.hello())['counts']);

  /** What is counted more after the stanza than before it. */
  async function countedOf(pass: () => Promise<unknown>): Promise<object> {
    const before = await counts();
    await pass();
    const names = Object.entries(await counts()) as [ModuleCount, number][];
    const grown = names.map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
    return Object.fromEntries(grown.filter(([, by]) => by !== 0));
  }

  describe.each(['manual', 'refuse'])('an answer that the policy %s stops', (policy) => {
    test.each([
      ['on top of a message', RECEIPT],
      ['beside other content', RECEIPT + BODY],
      ['wrapped in a message', WRAPPED],
    ])(`${policy}: an answer %s is counted once when it is stopped`, async (_, inner) => {
      await stage.setPolicies({}, `${BOB}\t${policy}`);
      const counted = await countedOf(() => stage.arrivesAt(alice, bob, stage.chat(ALICE, inner)));
      expect(counted).toEqual({ [`stopped-${policy}`]: 1 });
    });

    test(`${policy}: an answer in an error is counted when it is stopped`, async () => {
      await stage.setPolicies({}, `${BOB}\t${policy}`);
      const error =
        "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
      const stanza = `<message to='${ALICE}/pc' type='error' id='e'>${RECEIPT}${error}</message>`;
      const counted = await countedOf(() => stage.arrivesAt(alice, bob, stanza));
      expect(counted).toEqual({ [`stopped-${policy}`]: 1 });
    });

    test(`${policy}: an answer that is stopped for one who is named in it is counted as such`, async () => {
      await stage.setPolicies({}, `${BOB}\tclient\t${policy} ${ALICE}`);
      const answer = stage.chat(DORA, NAMES_ALICE + RECEIPT);
      const counted = await countedOf(() => stage.arrivesAt(dora, bob, answer));
      expect(counted).toEqual({ [`stopped-${policy}-named`]: 1 });
    });
  });

  test.each([
    ['exempt', BODY + ASKS + REACTION],
    ['answers', BODY + ASKS + RECEIPT],
    ['no-content', ASKS],
  ])('a message that asks and is not tracked is counted by its reason: %s', async (why, inner) => {
    await stage.setPolicies({});
    for (const from of [alice, carol])
      expect(await countedOf(() => stage.arrivesAt(bob, from, stage.chat(BOB, inner)))).toEqual({
        [`untracked-${why}`]: 1,
      });
  });

  test('a message that asks and has no id is counted by that reason', async () => {
    const stanza = `<message to='${BOB}' type='chat'>${BODY}${ASKS}</message>`;
    for (const from of [alice, carol])
      expect(await countedOf(() => stage.arrivesAt(bob, from, stanza))).toEqual({
        'untracked-no-id': 1,
      });
  });

  test('a private message that a room passes on is counted by that reason', async () => {
    const room = await stage.connectGateway();
    const x = "<x xmlns='http://jabber.org/protocol/muc#user'/>";
    const counted = await countedOf(async () => {
      const from = 'room@gateway.test/al';
      room.raw.send(
        `<message from='${from}' to='${BOB}/phone' type='chat' id='pm'>${BODY}${ASKS}${x}</message>`,
      );
      await bob.waitForMessage('pm');
    });
    expect(counted).toEqual({ 'untracked-from-room': 1 });
    await room.close();
  });

  test('a time of silence that cannot be kept is counted', async () => {
    const within = (time: string) => `<report xmlns='xmpp-receipts:1' within='${time}'/>`;
    const counted = await countedOf(async () => {
      for (const time of ['soon', 'P31D', 'PT1M'])
        await stage.arrivesAt(bob, alice, stage.chat(BOB, BODY + ASKS + within(time)));
    });
    expect(counted).toEqual({ 'unwatched-within': 2 });
  });

  test.each([
    ['a message that is tracked', BODY + ASKS],
    ['a message that asks nothing', BODY],
    ['an answer that nobody stops', RECEIPT],
  ])('nothing is counted of %s', async (_, inner) => {
    for (const from of [alice, carol])
      expect(await countedOf(() => stage.arrivesAt(bob, from, stage.chat(BOB, inner)))).toEqual({});
  });

  describe('answers that are left out are counted', () => {
    const answers = (count: number) =>
      Array.from({ length: count }, (_, number) => answerTo(`m${number}`)).join('');
    const beyond = answers(MOST_ANSWERS + 2);
    const unnamed = answerTo('x'.repeat(257)) + answerTo('m');

    test.each([
      ['beyond 16 of a message', beyond, { 'unreported-too-many': 2 }],
      ['without a usable id', unnamed, { 'unreported-no-id': 1 }],
      [
        'without a usable id, which is none of the 16',
        unnamed + answers(MOST_ANSWERS - 1),
        { 'unreported-no-id': 1 },
      ],
    ])('%s', async (_, inner, expected) => {
      await stage.setPolicies({});
      for (const from of [alice, carol])
        expect(await countedOf(() => stage.arrivesAt(bob, from, stage.chat(BOB, inner)))).toEqual(
          expected,
        );
    });

    test('also if a policy stops them', async () => {
      await stage.setPolicies({}, `${BOB}\trefuse`);
      const answer = stage.chat(ALICE, beyond + unnamed);
      expect(await countedOf(() => stage.arrivesAt(alice, bob, answer))).toEqual({
        'stopped-refuse': 1,
        'unreported-no-id': 1,
        'unreported-too-many': 3,
      });
    });
  });

  test('an order that does not come from the component is counted', async () => {
    const hello = element('hello', { xmlns: 'xmpp-receipts:feed:1', version: 1 });
    const counted = await countedOf(() =>
      alice.request(element('iq', { type: 'get', to: HOST }, hello)),
    );
    expect(counted).toEqual({ 'orders-refused': 1 });
  });
});

function answerTo(id: string): string {
  return `<displayed xmlns='urn:xmpp:chat-markers:0' id='${id}'/>`;
}

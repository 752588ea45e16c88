import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element, element } from '../../src/protocol/xml.ts';
import { en } from '../../src/user/text/en/index.ts';
import { ALICE, accepted, BOB, fact, keyOf, MINUTE } from '../support/facts.ts';
import { BOT } from '../support/presences.ts';
import { COMPONENT, onStage, type Scene } from '../support/scene.ts';
import { parseOne } from '../support/xml.ts';

const WORDS = { 'receipts.text': 'true' };
const CLIENT = `${ALICE}/pc`;
const PICTURE = readFileSync(new URL('../../src/user/card/assets/avatar.png', import.meta.url));
const SHA1 = createHash('sha1').update(PICTURE).digest('hex');

async function tell(scene: Scene, words: string, to: string = BOT): Promise<void> {
  await scene.say(
    `<message type='chat' from='${CLIENT}' to='${to}'><body>${words}</body></message>`,
  );
  await scene.pass(100);
}

async function store(scene: Scene, id: string, after = 0): Promise<void> {
  await scene.report(keyOf(id), accepted(after), fact('stored', after + 1));
  await scene.pass(200_000);
}

/** As people get them who do not know the bot. */
function bodies(scene: Scene): readonly string[] {
  return scene.link.sent.flatMap((stanza) => stanza.getChild('body')?.getText() ?? []);
}

/** How often the bot has said who it is. */
function introductionsIn(scene: Scene): number {
  return bodies(scene).filter((words) =>
    Object.values(en.meeting).some((it) => words.startsWith(it)),
  ).length;
}

describe('the first words to a person say who writes', () => {
  test('in a receipt in words, and not in the next one', async () => {
    const scene = await onStage({ settings: WORDS });
    await store(scene, 'm1');
    await store(scene, 'm2', 1000);
    expect(introductionsIn(scene)).toBe(1);
    expect(bodies(scene)[0]).toMatch(new RegExp(`^${en.meeting.words}\n`));
  });

  test('in a question', async () => {
    const scene = await onStage();
    await scene.store.preferences.change(BOB, { change: () => ({ policy: 'manual' }), now: 0 });
    await scene.report(keyOf('m1'), accepted(0, { policy: 'manual' }), fact('acked', 1));
    await scene.pass(60_000);
    expect(bodies(scene)[0]).toMatch(new RegExp(`^${en.meeting.question}\n${ALICE} asks`));
  });

  test('in a question, and names no policy where nobody can choose one', async () => {
    const settings = { 'policy.locked': 'true', 'policy.default': 'manual' };
    const scene = await onStage({ settings });
    await scene.report(keyOf('m1'), accepted(0, { policy: 'manual' }), fact('acked', 1));
    await scene.pass(60_000);
    expect(bodies(scene)[0]).toMatch(new RegExp(`^${en.meeting.lockedQuestion}\n${ALICE} asks`));
    expect(en.meeting.lockedQuestion).not.toContain('policy');
  });

  test('in a reminder', async () => {
    const scene = await onStage();
    scene.module.orders = 'may-remind';
    const others = scene.link.answering;
    scene.link.answering = (iq) =>
      child(iq, 'may-remind', NS.feed) === undefined
        ? others(iq)
        : resultOf(iq, element('may-remind', { xmlns: NS.feed }, 'yes'));
    await scene.greet();
    await scene.report(keyOf('m1'), accepted(0, { within: 60 }));
    await scene.pass(63_000);
    await tell(scene, 'remind');
    await scene.pass(5000);
    const reminder = scene.link.sent.find(({ attrs }) => attrs['to'] === BOB);
    expect(reminder?.getChild('body')?.getText()).toMatch(
      new RegExp(`^${en.meeting.question}\n${ALICE} asks me to remind you`),
    );
  });

  test('in an answer, and not in the next one', async () => {
    const scene = await onStage();
    await tell(scene, 'status');
    await tell(scene, 'status');
    const [first = '', second = ''] = bodies(scene);
    expect(first).toBe([en.meeting.words, second].join('\n'));
  });

  test('but the help says it itself', async () => {
    const scene = await onStage();
    await tell(scene, 'help');
    await tell(scene, 'status');
    expect(bodies(scene)[0]).toMatch(new RegExp(`^${en.help.intro}`));
    expect(introductionsIn(scene)).toBe(0);
  });

  test('once, also when the daemon was started again in between', async () => {
    const scene = await onStage();
    await tell(scene, 'status');
    const later = await onStage({ store: scene.store });
    await tell(later, 'status');
    expect([introductionsIn(scene), introductionsIn(later)]).toEqual([1, 0]);
  });

  test('again, if the first words came back unread', async () => {
    const scene = await onStage();
    await tell(scene, 'status');
    const id = scene.messages[0]?.attrs['id'];
    await scene.say(
      `<message type='error' id='${id}' from='${ALICE}' to='${BOT}'>
        <error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
      </message>`,
    );
    await tell(scene, 'status');
    expect(introductionsIn(scene)).toBe(2);
  });

  test('again, if the account was deleted and another one has its name', async () => {
    const scene = await onStage();
    await tell(scene, 'status');
    await scene.pass(1000);
    await scene.feed([`deleted\t${accepted(MINUTE).at}\t${ALICE}`]);
    await scene.pass(120_000);
    await tell(scene, 'status');
    expect(introductionsIn(scene)).toBe(2);
  });
});

describe('an answer comes from the address that was written to', () => {
  test.each([
    [BOT, BOT],
    [`${BOT}/bot`, `${BOT}/bot`],
    [`${BOT}/elsewhere`, BOT],
    [COMPONENT, BOT],
  ])('what is written to %s is answered from %s', async (to, from) => {
    const scene = await onStage();
    await tell(scene, 'status', to);
    expect(scene.messages[0]?.attrs['from']).toBe(from);
  });
});

describe('the card of the bot', () => {
  test('has its name, what it is for, and its picture: XEP-0054', async () => {
    const card = await asked(`<vCard xmlns='vcard-temp'/>`);
    const vcard = card.getChild('vCard', 'vcard-temp');
    expect(vcard?.getChildText('FN')).toBe('Receipts');
    expect(vcard?.getChildText('DESC')).toBe(en.forms.about);
    const photo = vcard?.getChild('PHOTO')?.getChildText('BINVAL') ?? '';
    expect(Buffer.from(photo, 'base64')).toEqual(PICTURE);
  });

  test('is in the language that the client names', async () => {
    const card = await asked(`<vCard xmlns='vcard-temp'/>`, `xml:lang='de'`);
    expect(card.getChild('vCard', 'vcard-temp')?.getChildText('FN')).toBe('Empfangsbestätigungen');
  });

  test.each([
    ['urn:xmpp:avatar:metadata', 'metadata'],
    ['urn:xmpp:vcard4', 'vcard'],
    ['http://jabber.org/protocol/nick', 'nick'],
  ])('can be read by the node %s: XEP-0163', async (node, name) => {
    const [item] = itemsIn(await asked(pubsub(node)));
    expect(item?.getChildElements().map((payload) => payload.name)).toEqual([name]);
  });

  test('has a picture that is read by its hash: XEP-0084', async () => {
    const [item] = itemsIn(await asked(pubsub('urn:xmpp:avatar:data', SHA1)));
    expect(item?.attrs['id']).toBe(SHA1);
    expect(Buffer.from(item?.getChildText('data') ?? '', 'base64')).toEqual(PICTURE);
  });

  test.each([
    ['another picture', pubsub('urn:xmpp:avatar:data', 'abc'), BOT, 'item-not-found'],
    ['another node', pubsub('urn:xmpp:bookmarks:1'), BOT, 'item-not-found'],
    ['a node of the domain', pubsub('urn:xmpp:vcard4'), COMPONENT, 'item-not-found'],
    [
      'subscriptions',
      `<pubsub xmlns='http://jabber.org/protocol/pubsub'><subscriptions/></pubsub>`,
      BOT,
      'feature-not-implemented',
    ],
  ])('does not have %s', async (_, payload, to, condition) => {
    const answer = await asked(payload, '', to);
    expect(answer.getChild('error')?.getChild(condition)).toBeDefined();
  });

  test('is named in the presence of the bot: XEP-0153', async () => {
    const scene = await onStage();
    await scene.say(`<presence type='probe' from='${CLIENT}' to='${BOT}'/>`);
    const presence = scene.link.sent.find(({ name }) => name === 'presence');
    const photo = presence?.getChild('x', 'vcard-temp:x:update')?.getChildText('photo');
    expect([presence?.attrs['from'], photo]).toEqual([`${BOT}/bot`, SHA1]);
  });
});

async function asked(payload: string, attrs = '', to: string = BOT): Promise<Element> {
  const scene = await onStage();
  const from = 'carol@example.org/pc' as BareJid;
  return scene.ask(parseOne(`<iq type='get' from='${from}' to='${to}' ${attrs}>${payload}</iq>`));
}

function pubsub(node: string, id?: string): string {
  const item = id === undefined ? '' : `<item id='${id}'/>`;
  return `<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='${node}'>${item}</items></pubsub>`;
}

function itemsIn(answer: Element): readonly Element[] {
  return answer.getChild('pubsub')?.getChild('items')?.getChildren('item') ?? [];
}

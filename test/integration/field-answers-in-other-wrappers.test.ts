import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { ALICE, BOB, type ModuleStage, startModuleStage } from '../support/module-stage.ts';

const received = (id: string): string => `<received xmlns='urn:xmpp:receipts' id='${id}'/>`;
const displayed = (id: string): string => `<displayed xmlns='urn:xmpp:chat-markers:0' id='${id}'/>`;
const acknowledged = (id: string): string =>
  `<acknowledged xmlns='urn:xmpp:chat-markers:0' id='${id}'/>`;
const event = (id: string): string => `<x xmlns='jabber:x:event'><delivered/><id>${id}</id></x>`;
const ANSWERS = [received, displayed, acknowledged, event];

const ERROR =
  "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

const forwarded = (inner: string): string =>
  `<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='${BOB}/phone' to='${ALICE}' type='chat'>${inner}</message></forwarded>`;

/** What can stand around an answer inside of a message. */
const WRAPPERS: readonly (readonly [string, (inner: string) => string])[] = [
  ['a forwarded message', forwarded],
  ['a carbon copy', (inner) => `<sent xmlns='urn:xmpp:carbons:2'>${forwarded(inner)}</sent>`],
  [
    'a result of an archive',
    (inner) => `<result xmlns='urn:xmpp:mam:2' id='1'>${forwarded(inner)}</result>`,
  ],
  [
    'a fastening',
    (inner) => `<apply-to xmlns='urn:xmpp:fasten:0' id='o'>${inner}<other xmlns='x:y'/></apply-to>`,
  ],
  ['an element that nobody knows', (inner) => `<a xmlns='x:y'><b>${inner}</b></a>`],
];

let stage: ModuleStage;
let alice: Client;
let bob: Client;
let dora: Client;
let carol: Client;
const contacts = () => [alice, dora, carol];

beforeAll(async () => {
  stage = await startModuleStage();
  ({ alice, bob, dora, carol } = await stage.loginAll());
});

afterAll(() => stage?.dispose());

describe.each(['manual', 'refuse'])('under %s', (policy) => {
  beforeAll(() => stage.setPolicies({}, `${BOB}\t${policy}`));

  test(`under ${policy} an error goes on without the answer that it carries, and no fact tells of it`, async () => {
    for (const contact of contacts())
      for (const answer of ANSWERS) {
        const [named, own] = [stage.newId(), stage.newId()];
        const error = typed('error', contact.jid, answer(named) + ERROR, own);
        const got = await stage.arrivesAt(contact, bob, error);
        expect(got?.getChild('error')?.getChild('service-unavailable')).toBeDefined();
        expect(String(got)).not.toContain(named);
        expect(stage.component.factsUnder(named)).toEqual([]);
        expect(stage.component.factsUnder(own)).toEqual([]);
      }
  });

  test(`under ${policy} an answer of the type groupchat does not reach the full address of a contact`, async () => {
    for (const contact of contacts())
      for (const answer of ANSWERS) {
        const alone = typed('groupchat', contact.jid, answer(stage.newId()));
        expect(await stage.arrivesAt(contact, bob, alone)).toBeUndefined();
        const named = stage.newId();
        const more = typed('groupchat', contact.jid, `<body>Yes.</body>${answer(named)}`);
        const got = await stage.arrivesAt(contact, bob, more);
        expect(got?.getChild('body')?.getText()).toBe('Yes.');
        expect(String(got)).not.toContain(named);
      }
  });

  test(`under ${policy} an answer of the type groupchat to a full address is reported as withheld`, async () => {
    const id = stage.newId();
    bob.send(typed('groupchat', alice.jid, received(id)));
    await stage.component.waitForFact({ from: ALICE, to: BOB, id }, 'received withheld=yes');
  });

  test.each(WRAPPERS)(
    `under ${policy} an answer is taken out of %s, and the rest goes on`,
    async (_, wrap) => {
      for (const contact of contacts())
        for (const type of ['chat', 'headline', 'error']) await expectTakenOut(contact, wrap, type);
    },
  );

  test(`under ${policy} an answer is taken out of eight wrappers around it`, async () => {
    await expectTakenOut(
      alice,
      (inner) => `${'<a xmlns="x:y">'.repeat(8)}${inner}${'</a>'.repeat(8)}`,
      'chat',
    );
  });

  test(`under ${policy} of very many answers in one message none arrives, and sixteen are reported`, async () => {
    const ids = Array.from({ length: 40 }, () => stage.newId());
    const stanza = stage.chat(ALICE, `${ids.map(received).join('')}<kept xmlns='x:z'/>`);
    const got = await stage.arrivesAt(alice, bob, stanza);
    expect(String(got)).toContain('x:z');
    expect(String(got)).not.toContain('urn:xmpp:receipts');
    const reported = () => ids.filter((id) => stage.component.factsUnder(id).length > 0);
    await expect.poll(() => reported().length).toBe(16);
    expect(reported()).toEqual(ids.slice(0, 16));
  });

  test(`under ${policy} words that only repeat a wrapped answer are taken out with it`, async () => {
    const words =
      "<body>Read.</body><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:receipts'/>";
    const inner = forwarded(`${received(stage.newId())}${words}<kept xmlns='x:z'/>`);
    const got = await stage.arrivesAt(alice, bob, stage.chat(ALICE, inner));
    expect(String(got)).toContain('x:z');
    expect(String(got)).not.toContain('Read.');
  });

  test(`under ${policy} what holds no answer arrives as it was sent, whatever is wrapped in it`, async () => {
    const [, wrap] = WRAPPERS[1] ?? [];
    const inner = wrap?.("<body>Look</body><request xmlns='urn:xmpp:receipts'/>") ?? '';
    const got = await stage.arrivesAt(alice, bob, stage.chat(ALICE, inner));
    expect(String(got)).toContain('<body>Look</body><request');
  });
});

describe('an error that echoes an answer', () => {
  beforeAll(() => stage.setPolicies({}, `${BOB}\tclient`));

  test('an error of the contact’s client that echoes an answer is no failure of the message with the same id', async () => {
    const id = stage.newId();
    bob.ask(ALICE, id);
    await stage.component.waitForFact({ from: BOB, to: ALICE, id }, 'acked');
    const echo = typed('error', bob.jid, received('any') + ERROR, id);
    expect((await stage.arrivesAt(bob, alice, echo))?.getChild('received')).toBeDefined();
    expect(await factsAfterAnother({ from: BOB, to: ALICE, id })).not.toContain('failed');
  });

  test('it is none either when the answer was taken out of the error on its way', async () => {
    await stage.setPolicies({}, `${ALICE}\trefuse`);
    const id = stage.newId();
    bob.ask(ALICE, id);
    await stage.component.waitForFact({ from: BOB, to: ALICE, id }, 'acked');
    const echo = typed('error', bob.jid, received('any') + ERROR, id);
    expect((await stage.arrivesAt(bob, alice, echo))?.getChild('received')).toBeUndefined();
    expect(await factsAfterAnother({ from: BOB, to: ALICE, id })).not.toContain('failed');
  });

  test('it is none either when the error does not say what it is for, and the user’s client gave an answer under that id', async () => {
    await stage.setPolicies({}, `${BOB}\tclient`);
    const id = stage.newId();
    bob.ask(ALICE, id);
    await stage.component.waitForFact({ from: BOB, to: ALICE, id }, 'acked');
    await stage.arrivesAt(alice, bob, stage.chat(ALICE, received('any'), id));
    await stage.arrivesAt(bob, alice, typed('error', bob.jid, ERROR, id));
    expect(await factsAfterAnother({ from: BOB, to: ALICE, id })).not.toContain('failed');
  });

  test('an error without an answer is still a failure', async () => {
    const id = stage.newId();
    bob.ask(ALICE, id);
    const echo = typed('error', bob.jid, `<body>hello</body>${ERROR}`, id);
    await stage.arrivesAt(bob, alice, echo);
    await stage.component.waitForFact({ from: BOB, to: ALICE, id }, 'failed');
  });
});

async function expectTakenOut(
  contact: Client,
  wrap: (inner: string) => string,
  type: string,
): Promise<void> {
  const named = stage.newId();
  const inner = `${ANSWERS.map((answer) => answer(named)).join('')}<kept xmlns='x:z'/>`;
  const error = type === 'error' ? ERROR : '';
  const got = await stage.arrivesAt(contact, bob, typed(type, contact.jid, wrap(inner) + error));
  expect(String(got)).toContain('x:z');
  expect(String(got)).not.toContain(named);
  expect(stage.component.factsUnder(named)).toEqual([]);
}

function typed(type: string, to: string, inner: string, id = stage.newId()): string {
  return `<message to='${to}' type='${type}' id='${id}'>${inner}</message>`;
}

/** The kinds of facts of a message when a later message is known to the component. */
async function factsAfterAnother(sent: {
  readonly from: string;
  readonly to: string;
  readonly id: string;
}): Promise<string> {
  const id = stage.newId();
  bob.ask(ALICE, id);
  await stage.component.waitForFact({ from: BOB, to: ALICE, id }, 'acked');
  return stage.component.factsOf(sent).join();
}

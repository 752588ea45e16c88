import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { FeedComponent, outcomeOf, type PoliciesAttributes } from '../support/feed-component.ts';
import { introduce, type Server, startServer } from '../support/server.ts';

const COMPONENT = 'receipts.test';
const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const DORA = 'dora@beside.test';
const CAROL = 'carol@there.test';

const RECEIPTS = 'urn:xmpp:receipts';
const MARKERS = 'urn:xmpp:chat-markers:0';
const EVENT = 'jabber:x:event';
const STORE = "<store xmlns='urn:xmpp:hints'/>";

/** What a client can answer: its XML, and the facts that tell of it when it is stopped. */
const ANSWERS: readonly {
  readonly name: string;
  readonly xml: (id: string) => string;
  readonly facts: readonly string[];
}[] = [
  {
    name: 'received',
    xml: (id) => `<received xmlns='${RECEIPTS}' id='${id}'/>`,
    facts: ['received'],
  },
  {
    name: 'displayed',
    xml: (id) => `<displayed xmlns='${MARKERS}' id='${id}'/>`,
    facts: ['displayed'],
  },
  {
    name: 'received of XEP-0333',
    xml: (id) => `<received xmlns='${MARKERS}' id='${id}'/>`,
    facts: ['received'],
  },
  {
    name: 'acknowledged',
    xml: (id) => `<acknowledged xmlns='${MARKERS}' id='${id}'/>`,
    facts: [],
  },
  {
    name: 'delivered of XEP-0022',
    xml: (id) => `<x xmlns='${EVENT}'><delivered/><id>${id}</id></x>`,
    facts: ['received'],
  },
  {
    name: 'displayed of XEP-0022',
    xml: (id) => `<x xmlns='${EVENT}'><displayed/><id>${id}</id></x>`,
    facts: ['displayed'],
  },
];

const ANSWER_NAMES = ['received', 'displayed', 'acknowledged', 'x'];

let server: Server;
let elsewhere: Server;
let component: FeedComponent;
let lastVersion = 0;
let lastId = 0;

const version = () => `v:${++lastVersion}`;
const newId = () => `m${++lastId}`;
const port = () => server.ports.c2s;
const policiesPath = () => server.receiptsPath(HOST, 'policies.list');

async function connect(): Promise<FeedComponent> {
  return FeedComponent.connect({ domain: COMPONENT, port: server.ports.component });
}

/** Replaces all that the module holds, and returns the version that it has now. */
async function setAll(
  attributes: Partial<PoliciesAttributes>,
  ...lines: readonly string[]
): Promise<string> {
  const whole = { part: 1, last: 'yes', version: version(), ...attributes } as const;
  expect(outcomeOf(await component.setPolicies(HOST, whole, ...lines))).toBe('result');
  return whole.version;
}

const hello = async () => (await component.hello(HOST)).attrs;

function chat(to: string, inner: string, id = newId()): string {
  return `<message to='${to}' type='chat' id='${id}'>${inner}</message>`;
}

/** What the contact gets of a stanza, or nothing if what is sent after it comes alone. */
async function arrivesAt(
  contact: Client,
  from: Client,
  stanza: string,
): Promise<Element | undefined> {
  const since = contact.mark();
  const after = newId();
  from.send(stanza);
  from.send(chat(contact.bareJid, '<body>after</body>', after));
  await contact.waitForMessage(after, { since });
  const messages = contact.received
    .slice(since)
    .filter((got) => got.is('message') && got.attrs['id'] !== after);
  return messages[0];
}

function isAnswer(stanza: Element | undefined): boolean {
  return ANSWER_NAMES.some((name) => stanza?.getChild(name) !== undefined);
}

beforeAll(async () => {
  [server, elsewhere] = await Promise.all([
    startServer({
      hosts: [{ name: HOST, mam: true }, { name: 'beside.test' }],
      components: [
        { domain: COMPONENT, secret: 'secret' },
        { domain: 'gateway.test', secret: 'secret' },
      ],
      receipts: { receipts_component: COMPONENT },
    }),
    startServer({ hosts: [{ name: 'there.test' }] }),
  ]);
  await introduce(server, elsewhere);
  for (const jid of [ALICE, BOB, DORA]) await server.register(jid);
  await elsewhere.register(CAROL);
  component = await connect();
});

afterAll(async () => {
  await component?.close();
  await Promise.all([server?.dispose(), elsewhere?.dispose()]);
});

describe('what a policy stops', () => {
  let alice: Client;
  let bob: Client;
  let dora: Client;
  let carol: Client;
  const contacts = () => [alice, dora, carol];

  beforeAll(async () => {
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    bob = await login({ jid: `${BOB}/phone`, port: port() });
    dora = await login({ jid: `${DORA}/pc`, port: port() });
    carol = await login({ jid: `${CAROL}/pc`, port: elsewhere.ports.c2s });
  });

  afterAll(async () => {
    await Promise.all([alice, bob, dora, carol].map((client) => client?.close()));
  });

  describe.each(['manual', 'refuse'])('under %s', (policy) => {
    beforeAll(async () => {
      await setAll({}, `${BOB}\t${policy}`);
    });

    it.each(ANSWERS)('$name, to whomever it goes, and reports it', async ({ xml, facts }) => {
      for (const contact of contacts()) {
        const id = newId();
        const answer = chat(contact.bareJid, xml(id) + STORE);
        expect(await arrivesAt(contact, bob, answer)).toBeUndefined();
        const sent = { from: contact.bareJid, to: BOB, id };
        for (const kind of facts) await component.waitForFact(sent, kind);
        expect(component.factsOf(sent)).toEqual(facts.map((kind) => `${kind} withheld=yes`));
      }
    });

    it.each(ANSWERS)('$name, but nothing that is beside it', async ({ xml }) => {
      for (const contact of contacts()) {
        const id = newId();
        const answer = chat(contact.bareJid, `<body>Yes.</body>${xml(newId())}${STORE}`, id);
        const got = await arrivesAt(contact, bob, answer);
        expect(isAnswer(got)).toBe(false);
        expect(got?.attrs['id']).toBe(id);
        expect(got?.getChild('body')?.getText()).toBe('Yes.');
        expect(got?.getChild('store')).toBeDefined();
      }
    });

    it('all answers of a stanza, to a full address and of any type of conversation', async () => {
      for (const type of ['normal', 'headline']) {
        const [first, second] = [newId(), newId()];
        const [received, displayed] = ANSWERS;
        const inner = `${received?.xml(first)}${displayed?.xml(second)}<thread>t</thread>`;
        const answer = `<message to='${alice.jid}' type='${type}' id='both'>${inner}</message>`;
        expect(await arrivesAt(alice, bob, answer)).toBeUndefined();
        await component.waitForFact({ from: ALICE, to: BOB, id: first }, 'received withheld=yes');
        await component.waitForFact({ from: ALICE, to: BOB, id: second }, 'displayed withheld=yes');
      }
    });

    it.each([
      [
        'the same in words',
        `<body>Read.</body><fallback xmlns='urn:xmpp:fallback:0' for='${RECEIPTS}'/>`,
      ],
      ['an empty body', '<body/>'],
      ['how it is encrypted', "<encryption xmlns='urn:xmpp:eme:0' namespace='x'/>"],
      ['a nickname', "<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>"],
    ])('nor what says the answer again: %s', async (_, inner) => {
      const answer = chat(ALICE, `<received xmlns='${RECEIPTS}' id='${newId()}'/>${inner}`);
      expect(await arrivesAt(alice, bob, answer)).toBeUndefined();
    });

    it('no chat state, no question, no event that says something else', async () => {
      const composing = `<x xmlns='${EVENT}'><composing/><id>m</id></x>`;
      const asking = `<x xmlns='${EVENT}'><delivered/><composing/></x>`;
      const state = "<active xmlns='http://jabber.org/protocol/chatstates'/>";
      for (const inner of [composing, asking, state]) {
        const got = await arrivesAt(alice, bob, chat(ALICE, inner));
        expect(got?.children.join()).toContain(inner.slice(0, 5));
      }
    });

    it('no answer of anybody else', async () => {
      const answer = chat(BOB, `<received xmlns='${RECEIPTS}' id='x'/>`);
      expect(isAnswer(await arrivesAt(bob, alice, answer))).toBe(true);
    });

    it('what is left is tracked as any other message', async () => {
      const id = newId();
      const inner = `<body>x</body><request xmlns='${RECEIPTS}'/><received xmlns='${RECEIPTS}' id='q'/>`;
      expect(isAnswer(await arrivesAt(alice, bob, chat(ALICE, inner, id)))).toBe(false);
      const facts = await component.waitForFact({ from: BOB, to: ALICE, id }, 'acked');
      expect(facts).toEqual([
        expect.stringMatching(/^accepted type=chat may-see=no$/),
        'sent resource=pc',
        'acked resource=pc',
      ]);
    });

    it('an answer to a room’s occupant and to a gateway, likewise', async () => {
      const gateway = await FeedComponent.connect({
        domain: 'gateway.test',
        port: server.ports.component,
      });
      bob.send(chat('x@gateway.test/y', `<received xmlns='${RECEIPTS}' id='g'/>`, 'stopped'));
      bob.send(chat('gateway.test', `<received xmlns='${RECEIPTS}' id='g'/>`, 'stopped'));
      bob.send(chat('x@gateway.test', '<body>after</body>', 'after'));
      await gateway.raw.waitFor((stanza) => stanza.attrs['id'] === 'after');
      expect(gateway.raw.received.some(({ attrs }) => attrs['id'] === 'stopped')).toBe(false);
      await gateway.close();
    });
  });

  describe.each(['client', 'automatic'])('under %s', (policy) => {
    beforeAll(async () => {
      await setAll({}, `${BOB}\t${policy}`);
    });

    it.each(ANSWERS)('not $name', async ({ xml }) => {
      for (const contact of contacts()) {
        const id = newId();
        const answer = chat(contact.bareJid, xml(id));
        expect(isAnswer(await arrivesAt(contact, bob, answer))).toBe(true);
        expect(component.factsUnder(id).join()).not.toContain('withheld');
      }
    });

    it('and what is answered is reported as ever', async () => {
      const id = newId();
      bob.answer(ALICE, id);
      const facts = await component.waitForFact({ from: ALICE, to: BOB, id }, 'received');
      expect(facts).toEqual(['received']);
    });
  });

  it('nothing that goes to oneself, nothing that the own devices and archive should have', async () => {
    await setAll({}, `${BOB}\tmanual`);
    const tablet = await login({ jid: `${BOB}/tablet`, port: port(), carbons: true });
    const [toContact, toSelf] = [newId(), newId()];
    bob.send(chat(ALICE, `<received xmlns='${RECEIPTS}' id='${toContact}'/>${STORE}`, 'carbon'));
    const carbon = await tablet.waitFor((stanza) => stanza.getChild('sent') !== undefined);
    const forwarded = carbon.getChild('sent')?.getChild('forwarded')?.getChild('message');
    expect(forwarded?.getChild('received')?.attrs['id']).toBe(toContact);
    bob.send(chat(BOB, `<displayed xmlns='${MARKERS}' id='${toSelf}'/>`, 'self'));
    await tablet.waitForMessage('self');
    const archived = await tablet.catchUp();
    const answers = archived.flatMap((message) => message.getChildren('received'));
    expect(answers.map(({ attrs }) => attrs['id'])).toContain(toContact);
    expect(component.factsUnder(toSelf).join()).not.toContain('withheld');
    await tablet.close();
  });

  it('no message when it cannot decide, but the answer though it cannot report', async () => {
    await setAll({}, `${BOB}\tmanual`);
    const [first, second] = [newId(), newId()];
    const answer = (id: string) => chat(ALICE, `<received xmlns='${RECEIPTS}' id='${id}'/>`);
    await server.runInside(SABOTAGE, HOST, 'judge');
    expect(isAnswer(await arrivesAt(alice, bob, answer(first)))).toBe(true);
    await server.reloadModule(HOST, 'receipts');
    await server.runInside(SABOTAGE, HOST, 'add_fact');
    expect(await arrivesAt(alice, bob, answer(second))).toBeUndefined();
    await server.reloadModule(HOST, 'receipts');
    for (const problem of COMPLAINTS[server.kind]) expect(await server.log()).toMatch(problem);
  });

  it('leaves what it takes an answer from as it was, for the archive and the carbon', async () => {
    await setAll({}, `${BOB}\tmanual`);
    const tablet = await login({ jid: `${BOB}/tablet`, port: port(), carbons: true });
    const id = newId();
    const inner = `<body>x</body><received xmlns='${RECEIPTS}' id='q'/>`;
    expect(isAnswer(await arrivesAt(alice, bob, chat(ALICE, inner, id)))).toBe(false);
    const archived = (await tablet.catchUp()).find(({ attrs }) => attrs['id'] === id);
    expect(archived?.getChild('received')).toBeDefined();
    const carbons = tablet.received.flatMap((stanza) => stanza.getChildren('sent'));
    const copies = carbons.map((sent) => sent.getChild('forwarded')?.getChild('message'));
    const copy = copies.find((message) => message?.attrs['id'] === id);
    expect(copy?.getChild('received')).toBeDefined();
    await tablet.close();
  });
});

describe('whose policy it is', () => {
  let alice: Client;
  let bob: Client;
  let dora: Client;

  beforeAll(async () => {
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    bob = await login({ jid: `${BOB}/phone`, port: port() });
    dora = await login({ jid: `${DORA}/pc`, port: port() });
  });

  afterAll(async () => {
    await Promise.all([alice, bob, dora].map((client) => client?.close()));
  });

  /** What a contact's message to bob is accepted under, and whether bob's answer to it gets through. */
  async function policyFor(contact: Client): Promise<string> {
    const id = newId();
    contact.ask(BOB, id);
    const sent = { from: contact.bareJid, to: BOB, id };
    const accepted = (await component.waitForFact(sent, 'acked')).join(' ');
    const answer = chat(contact.bareJid, `<received xmlns='${RECEIPTS}' id='${id}'/>`);
    const isStopped = (await arrivesAt(contact, bob, answer)) === undefined;
    const policy = / policy=(\w+)/.exec(accepted)?.[1] ?? 'client';
    expect(isStopped).toBe(policy === 'manual' || policy === 'refuse');
    expect(/ token=[\w+/]{12}( |$)/.test(accepted)).toBe(
      policy === 'manual' || policy === 'automatic',
    );
    return policy;
  }

  it.each([
    ['nothing is set', {}, [], 'client', 'client'],
    ['only a default', { default: 'manual' }, [], 'manual', 'manual'],
    [
      'an account before the default',
      { default: 'manual' },
      [`${BOB}\tclient`],
      'client',
      'client',
    ],
    [
      'a domain before the account',
      {},
      [`${BOB}\trefuse\tautomatic beside.test`],
      'refuse',
      'automatic',
    ],
    [
      'a contact before the domain',
      {},
      [`${BOB}\trefuse\tautomatic beside.test\tmanual ${DORA}\tclient ${ALICE}`],
      'client',
      'manual',
    ],
    [
      'exceptions, and else the default',
      { default: 'refuse' },
      [`${BOB}\tdefault\tclient beside.test`],
      'refuse',
      'client',
    ],
    [
      'locked: only the default',
      { default: 'automatic', locked: 'yes' },
      [`${BOB}\trefuse\tmanual ${ALICE}`],
      'automatic',
      'automatic',
    ],
    [
      'locked to client',
      { locked: 'yes' },
      [`${BOB}\trefuse\tmanual ${ALICE}`],
      'client',
      'client',
    ],
    ['another user’s policy', {}, [`${ALICE}\trefuse`], 'client', 'client'],
  ] as const)('%s', async (_, attributes, lines, forAlice, forDora) => {
    await setAll(attributes, ...lines);
    expect(await policyFor(alice)).toBe(forAlice);
    expect(await policyFor(dora)).toBe(forDora);
  });

  it('is not said of a recipient who is elsewhere, nor of oneself', async () => {
    await setAll({ default: 'automatic' });
    const [abroad, self] = [newId(), newId()];
    alice.ask(DORA, abroad);
    alice.ask(ALICE, self);
    const [accepted] = await component.waitForFact({ from: ALICE, to: DORA, id: abroad }, 'acked');
    expect(accepted).toBe('accepted type=chat may-see=no');
    const [own] = await component.waitForFact({ from: ALICE, to: ALICE, id: self }, 'accepted');
    expect(own).toBe('accepted type=chat may-see=yes');
  });

  it('a session without XEP-0198 is said to be one', async () => {
    const [phone, old] = [newId(), newId()];
    alice.ask(BOB, phone);
    expect(await component.waitForFact({ from: ALICE, to: BOB, id: phone }, 'acked')).toContain(
      'sent resource=phone',
    );
    const plain = await login({ jid: `${DORA}/old`, port: port(), acks: 'off', priority: 5 });
    alice.ask(DORA, old);
    expect(await component.waitForFact({ from: ALICE, to: DORA, id: old }, 'sent')).toContain(
      'sent resource=old sm=no',
    );
    await plain.close();
  });
});

describe('how policies come', () => {
  let alice: Client;
  let bob: Client;

  beforeEach(async () => {
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    bob = await login({ jid: `${BOB}/phone`, port: port() });
    return () => Promise.all([alice.close(), bob.close()]);
  });

  async function isStopped(): Promise<boolean> {
    const answer = chat(ALICE, `<received xmlns='${RECEIPTS}' id='${newId()}'/>`);
    return (await arrivesAt(alice, bob, answer)) === undefined;
  }

  const change = async (attributes: PoliciesAttributes, ...lines: readonly string[]) => {
    const answer = await component.setPolicies(HOST, attributes, ...lines);
    return [outcomeOf(answer), answer.getChild('policies')?.attrs['version']];
  };

  it('the module says what it can enforce, and which version it holds', async () => {
    const held = await setAll({});
    expect(await hello()).toMatchObject({ enforces: 'policies deliver', policies: held });
  });

  it('in parts, in force with the last one', async () => {
    await setAll({});
    const next = version();
    expect(await change({ part: 1, version: next }, `${BOB}\tmanual`)).toEqual(['result', next]);
    expect(await isStopped()).toBe(false);
    expect(await change({ part: 2, version: next }, `${ALICE}\tmanual`)).toEqual(['result', next]);
    expect(await isStopped()).toBe(false);
    expect(await change({ part: 3, last: 'yes', version: next })).toEqual(['result', next]);
    expect(await isStopped()).toBe(true);
    expect((await hello())['policies']).toBe(next);
  });

  it('not out of order, not under two versions; a first part begins anew', async () => {
    const held = await setAll({}, `${BOB}\tmanual`);
    const [next, other] = [version(), version()];
    const last = 'yes';
    expect(await change({ part: 2, last, version: next })).toEqual([
      'unexpected-request',
      undefined,
    ]);
    await change({ part: 1, version: next }, `${BOB}\tclient`);
    for (const wrong of [
      { part: 3, last, version: next },
      { part: 2, last, version: other },
    ] as const) {
      expect(await change(wrong)).toEqual(['unexpected-request', undefined]);
    }
    expect((await hello())['policies']).toBe(held);
    expect(await isStopped()).toBe(true);
    await change({ part: 1, version: other });
    expect(await change({ part: 2, last, version: other })).toEqual(['result', other]);
    expect(await isStopped()).toBe(false);
  });

  it('as changes', async () => {
    const first = await setAll({}, `${ALICE}\tmanual`);
    const [second, third, fourth] = [version(), version(), version()];
    expect(await change({ since: first, version: second }, `${BOB}\tmanual`)).toEqual([
      'result',
      second,
    ]);
    expect(await isStopped()).toBe(true);
    expect(await change({ since: second, version: third }, `${BOB}\tdefault`)).toEqual([
      'result',
      third,
    ]);
    expect(await isStopped()).toBe(false);
    expect(await change({ since: third, version: fourth, default: 'refuse' })).toEqual([
      'result',
      fourth,
    ]);
    expect(await isStopped()).toBe(true);
    expect((await hello())['policies']).toBe(fourth);
  });

  it('a change of what the module does not hold is not taken, one that it has is', async () => {
    const held = await setAll({});
    const unknown = { since: 'never', version: version() };
    expect(await change(unknown, `${BOB}\tmanual`)).toEqual(['item-not-found', undefined]);
    expect(await isStopped()).toBe(false);
    expect(await change({ since: 'never', version: held }, `${BOB}\tmanual`)).toEqual([
      'result',
      held,
    ]);
    expect(await isStopped()).toBe(false);
  });

  it('what is no order is a bad request; what is no line is left out', async () => {
    const bad = [
      { version: '', part: 1 },
      { version: 'v' },
      { version: 'v', part: 0.5 },
      { version: 'v', part: 1, default: 'sometimes' },
      { version: 'v', part: 1, locked: 'perhaps' as 'yes' },
    ];
    for (const attributes of bad) {
      expect(outcomeOf(await component.setPolicies(HOST, attributes))).toBe('bad-request');
    }
    const long = 'x'.repeat(61 * 1024);
    const tooLong = await component.setPolicies(HOST, { version: 'v', part: 1 }, long);
    expect(outcomeOf(tooLong)).toBe('bad-request');
    const lines = [
      '',
      BOB,
      `${BOB}\tnever`,
      'bob@other.test\tclient',
      '\t\t',
      `${ALICE}\tmanual\t`,
    ];
    await setAll({}, `${BOB}\tmanual`, ...lines, `${BOB}\tclient\tnever x.test`, '=\tv\tclient');
    expect(await isStopped()).toBe(true);
    expect(await server.log()).not.toContain('traceback');
  });

  it('are escaped as facts are', async () => {
    const odd = 'a%2fb@here.test';
    await server.register(odd);
    const user = await login({ jid: `${odd}/pc`, port: port() });
    await setAll({}, `${odd.replace('%', '%25')}\tmanual`);
    const answer = chat(ALICE, `<received xmlns='${RECEIPTS}' id='odd'/>`);
    expect(await arrivesAt(alice, user, answer)).toBeUndefined();
    await user.close();
  });

  it('only from the component itself', async () => {
    await setAll({});
    const gateway = await FeedComponent.connect({
      domain: 'gateway.test',
      port: server.ports.component,
    });
    const order = `<policies xmlns='xmpp-receipts:feed:1' part='1' last='yes' version='evil' default='refuse'/>`;
    gateway.raw.send(`<iq type='set' id='evil' from='gateway.test' to='${HOST}'>${order}</iq>`);
    const answer = await gateway.raw.waitFor(({ attrs }) => attrs['id'] === 'evil');
    expect(outcomeOf(answer)).toBe('forbidden');
    alice.send(`<iq type='set' id='evil' to='${HOST}'>${order}</iq>`);
    const refusal = await alice.waitFor(({ attrs }) => attrs['id'] === 'evil');
    expect(outcomeOf(refusal)).toBe('forbidden');
    expect((await hello())['policies']).not.toBe('evil');
    await gateway.close();
  });
});

describe('how policies stay', () => {
  async function isStopped(): Promise<boolean> {
    const alice = await login({ jid: `${ALICE}/pc`, port: port() });
    const bob = await login({ jid: `${BOB}/phone`, port: port() });
    const answer = chat(ALICE, `<received xmlns='${RECEIPTS}' id='${newId()}'/>`);
    const got = await arrivesAt(alice, bob, answer);
    await Promise.all([alice.close(), bob.close()]);
    return got === undefined;
  }

  /** The server ends, its files are changed, and it runs again. */
  async function whileStopped(act: () => Promise<void> = async () => undefined): Promise<void> {
    await component.close();
    await server.stop();
    await act();
    await server.start();
  }

  it('without the component, through reload, restart and crash', async () => {
    const first = await setAll({ disclosure: 'everyone' }, `${BOB}\tmanual`);
    const second = version();
    await component.setPolicies(HOST, { since: first, version: second }, `${ALICE}\tclient`);
    await component.close();
    expect(await isStopped()).toBe(true);
    await server.reloadModule(HOST, 'receipts');
    expect(await isStopped()).toBe(true);
    await server.kill();
    await server.start();
    expect(await isStopped()).toBe(true);
    await server.restart();
    component = await connect();
    expect((await hello())['policies']).toBe(second);
    expect(await isStopped()).toBe(true);
  });

  it('of any account, whatever its name begins with', async () => {
    const equal = `=odd@${HOST}`;
    await server.register(equal);
    const held = await setAll({}, `${equal}\trefuse\n${BOB}\tmanual`);
    await whileStopped();
    component = await connect();
    expect((await hello())['policies']).toBe(held);
    const odd = await login({ jid: `${equal}/phone`, port: port() });
    const alice = await login({ jid: `${ALICE}/again`, port: port() });
    const answer = chat(alice.jid, `<received xmlns='${RECEIPTS}' id='${newId()}'/>`);
    expect(await arrivesAt(alice, odd, answer)).toBeUndefined();
    await Promise.all([odd.close(), alice.close()]);
  });

  it('default and lock too', async () => {
    const held = await setAll({ default: 'refuse', locked: 'yes' }, `${BOB}\tclient`);
    await whileStopped();
    expect(await isStopped()).toBe(true);
    component = await connect();
    expect((await hello())['policies']).toBe(held);
    await setAll({});
    await whileStopped();
    expect(await isStopped()).toBe(false);
    component = await connect();
  });

  it.each([
    ['half a line at the end', () => appendFile(policiesPath(), `${BOB}\tcli`)],
    ['half an order at the end', () => appendFile(policiesPath(), `${ALICE}\tclient\n`)],
    ['lines of nonsense', () => appendFile(policiesPath(), '\0\0\0\n=\tx\n')],
    [
      'half of its last line',
      async () => truncate(policiesPath(), (await readFile(policiesPath())).length - 5),
    ],
  ])('as far as they can be read: %s', async (_, damage) => {
    await setAll({}, `${BOB}\tmanual`);
    await whileStopped(damage);
    expect(await isStopped()).toBe(true);
    component = await connect();
    expect((await hello())['policies']).toBe('');
    const held = await setAll({}, `${BOB}\trefuse`);
    await whileStopped();
    component = await connect();
    expect((await hello())['policies']).toBe(held);
    expect(await isStopped()).toBe(true);
  });

  it('nothing is stopped with an empty file, and the half of a set is forgotten', async () => {
    await component.setPolicies(HOST, { part: 1, version: 'half' }, `${BOB}\trefuse`);
    await whileStopped(() => writeFile(policiesPath(), ''));
    expect(await isStopped()).toBe(false);
    component = await connect();
    expect((await hello())['policies']).toBe('');
    const rest = { part: 2, last: 'yes', version: 'half' } as const;
    expect(outcomeOf(await component.setPolicies(HOST, rest))).toBe('unexpected-request');
  });

  it('not for an account that is deleted', async () => {
    const eve = `eve@${HOST}`;
    await server.register(eve);
    const held = await setAll({}, `${eve}\trefuse`, `${BOB}\trefuse`);
    await server.deleteUser(eve);
    expect((await hello())['policies']).toBe(held);
    expect(await readFile(policiesPath(), 'utf8')).toContain(`${eve}\tdefault`);
    await server.register(eve);
    await whileStopped();
    component = await connect();
    expect((await hello())['policies']).toBe(held);
    const [alice, user] = [
      await login({ jid: `${ALICE}/pc`, port: port() }),
      await login({ jid: `${eve}/pc`, port: port() }),
    ];
    const answer = chat(ALICE, `<received xmlns='${RECEIPTS}' id='eve'/>`);
    expect(isAnswer(await arrivesAt(alice, user, answer))).toBe(true);
    await Promise.all([alice.close(), user.close()]);
  });

  it('in memory when the disk takes nothing, and the component is told', async () => {
    const held = await setAll({}, `${ALICE}\tmanual`);
    await server.runInside(BREAK_DISK, HOST);
    const next = version();
    const failed = await component.setPolicies(
      HOST,
      { since: held, version: next },
      `${BOB}\tmanual`,
    );
    expect(outcomeOf(failed)).toBe('resource-constraint');
    expect(await isStopped()).toBe(true);
    expect((await hello())['policies']).toBe('');
    const whole = { part: 1, last: 'yes', version: version() } as const;
    const again = await component.setPolicies(HOST, whole, `${ALICE}\tmanual`);
    expect(outcomeOf(again)).toBe('resource-constraint');
    expect(await isStopped()).toBe(false);
    await server.runInside(MEND_DISK, HOST);
    const mended = await setAll({}, `${BOB}\tmanual`);
    expect((await hello())['policies']).toBe(mended);
    const complaints = (await server.log()).match(/enforcing the policies from memory/g);
    expect(complaints).toHaveLength(1);
  });

  it('changes that outweigh the whole make the module ask for the whole', async () => {
    let held = await setAll({}, `${BOB}\tmanual`);
    const lines = Array.from({ length: 1500 }, (_, n) => `user-number-${n}@${HOST}\tmanual`);
    for (let times = 0; times < 25; times++) {
      if (times < 15) expect((await hello())['policies']).toBe(held);
      const next = version();
      const answer = await component.setPolicies(HOST, { since: held, version: next }, ...lines);
      expect(outcomeOf(answer)).toBe('result');
      held = next;
    }
    expect((await hello())['policies']).toBe('');
    expect(await isStopped()).toBe(true);
    held = await setAll({}, `${BOB}\tmanual`);
    expect((await hello())['policies']).toBe(held);
  });
});

// Arguments: host, and the name of a local function of the module that shall fail until the module is reloaded.
const SABOTAGE_LUA = `
local host, name = ...
local visited = {}
local function visit(code)
  if visited[code] then return end
  visited[code] = true
  for place = 1, math.huge do
    local upvalue_name, upvalue = debug.getupvalue(code, place)
    if not upvalue_name then return end
    if upvalue_name == name then
      debug.setupvalue(code, place, function () error(name .. " fails") end)
    elseif type(upvalue) == "function" then
      visit(upvalue)
    end
  end
end
local receipts = require "core.modulemanager".get_module(host, "receipts").module
local handlers = receipts.event_handlers:get(prosody.hosts[host].events, "pre-message/bare")
for handler in pairs(handlers) do visit(handler) end
return true`;

// Files of policies cannot be opened for writing: as root no permission could say so.
const BREAK_DISK_LUA = `
local io_open = io.open
package.loaded.receipts_test_io_open = io_open
io.open = function (path, mode)
  if path:find("policies.list", 1, true) and mode ~= "rb" then return nil, path .. ": No space left on device" end
  return io_open(path, mode)
end
return true`;

const MEND_DISK_LUA = `
io.open = package.loaded.receipts_test_io_open
return true`;

const SABOTAGE = {
  lua: SABOTAGE_LUA,
  // Places in the record of the host: its tables of policies, its process.
  erlang: `[Host, Name] = Args,
Place = case Name of <<"judge">> -> 6; <<"add_fact">> -> 4 end,
Watch = persistent_term:get({mod_receipts, Host}),
persistent_term:put({mod_receipts, Host}, setelement(Place, Watch, <<"broken">>)), ok`,
};

/** What the log says of the two that fail. */
const COMPLAINTS = {
  prosody: [/messages go on: .*judge fails/, /messages go on: .*add_fact fails/],
  ejabberd: [/messages go on: .*element/, /messages go on: .*function_clause/],
};

const FOLDER_ERLANG = `[Host] = Args,
Path = filename:join([mnesia:system_info(directory), "receipts", Host, "policies.list"])`;

const BREAK_DISK = {
  lua: BREAK_DISK_LUA,
  erlang: `${FOLDER_ERLANG},
ok = file:rename(Path, <<Path/binary, ".kept">>), ok = file:make_dir(Path),
ok = file:make_dir(<<Path/binary, ".tmp">>)`,
};

const MEND_DISK = {
  lua: MEND_DISK_LUA,
  erlang: `${FOLDER_ERLANG},
ok = file:del_dir(Path), ok = file:del_dir(<<Path/binary, ".tmp">>),
ok = file:rename(<<Path/binary, ".kept">>, Path)`,
};

describe('100,000 policies', () => {
  const USERS = 100_000;
  const PER_PART = 1800;
  /** Prosody: 20 on a usual machine. In ejabberd nothing is held up but by what one step does without a pause, by the clock. */
  const MOST_MS = { prosody: 100, ejabberd: 1000 } as const;

  it('come without holding up the server, and are there after a restart', async () => {
    const lines = Array.from({ length: USERS }, (_, n) => `user-${n}@${HOST}\tmanual`);
    const whole = version();
    await server.runInside(WATCH_STEPS, HOST);
    for (let at = 0, part = 1; at < USERS; at += PER_PART, part++) {
      const last = at + PER_PART >= USERS ? 'yes' : 'no';
      const some = lines.slice(at, at + PER_PART);
      const answer = await component.setPolicies(HOST, { part, last, version: whole }, ...some);
      expect(outcomeOf(answer)).toBe('result');
    }
    expect(await server.runInside(LONGEST_STEP)).toBeLessThan(MOST_MS[server.kind]);
    await component.close();
    await server.restart();
    component = await connect();
    expect((await hello())['policies']).toBe(whole);
    await setAll({});
  });
});

// In processor time: others use this machine too.
const WATCH_STEPS_LUA = `
local receipts = require "core.modulemanager".get_module((...), "receipts").module
package.loaded.receipts_test_longest = 0
receipts:wrap_event("iq/host", function (handlers, name, event)
  local began = os.clock()
  local result = handlers(name, event)
  local longest = package.loaded.receipts_test_longest
  package.loaded.receipts_test_longest = math.max(longest, (os.clock() - began) * 1000)
  return result
end)
return true`;

// As scheduled without interruption.
const WATCH_STEPS = {
  lua: WATCH_STEPS_LUA,
  erlang: `register(receipts_test_steps, spawn(fun() ->
  erlang:system_monitor(self(), [{long_schedule, 10}]),
  Listen = fun(Self, Longest) ->
    receive
      {monitor, _, long_schedule, Info} -> Self(Self, max(Longest, proplists:get_value(timeout, Info)));
      {ask, From} -> From ! {longest, Longest}
    end
  end,
  Listen(Listen, 0)
end)), ok`,
};

const LONGEST_STEP = {
  lua: 'return package.loaded.receipts_test_longest',
  erlang: 'receipts_test_steps ! {ask, self()}, receive {longest, Longest} -> Longest end',
};

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import type { Client } from '../support/client.ts';
import { ALICE, BOB, HOST, type ModuleStage, startModuleStage } from '../support/module-stage.ts';

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

let stage: ModuleStage;

beforeAll(async () => {
  stage = await startModuleStage();
});

afterAll(() => stage?.dispose());

describe('answers of clients', () => {
  let alice: Client;
  let bob: Client;
  let dora: Client;
  let carol: Client;
  const contacts = () => [alice, dora, carol];

  beforeAll(async () => {
    ({ alice, bob, dora, carol } = await stage.loginAll());
  });

  describe.each(['manual', 'refuse'])('policy %s', (policy) => {
    beforeAll(async () => {
      await stage.setPolicies({}, `${BOB}\t${policy}`);
    });

    test.each(ANSWERS)(
      `under ${policy} the module stops $name to any contact, and reports it as withheld`,
      async ({ xml, facts }) => {
        for (const contact of contacts()) {
          const id = stage.newId();
          const answer = stage.chat(contact.bareJid, xml(id) + STORE);
          expect(await stage.arrivesAt(contact, bob, answer)).toBeUndefined();
          const sent = { from: contact.bareJid, to: BOB, id };
          for (const kind of facts) await stage.component.waitForFact(sent, kind);
          expect(stage.component.factsOf(sent)).toEqual(
            facts.map((kind) => `${kind} withheld=yes`),
          );
        }
      },
    );

    test.each(ANSWERS)(
      `under ${policy} the module takes $name out of a message, and the rest of it arrives`,
      async ({ xml }) => {
        for (const contact of contacts()) {
          const id = stage.newId();
          const answer = stage.chat(
            contact.bareJid,
            `<body>Yes.</body>${xml(stage.newId())}${STORE}`,
            id,
          );
          const got = await stage.arrivesAt(contact, bob, answer);
          expect(isAnswer(got)).toBe(false);
          expect(got?.attrs['id']).toBe(id);
          expect(got?.getChild('body')?.getText()).toBe('Yes.');
          expect(got?.getChild('store')).toBeDefined();
        }
      },
    );

    test(`under ${policy} the module stops all answers of a stanza, to a full address and of any type`, async () => {
      for (const type of ['normal', 'headline']) {
        const [first, second] = [stage.newId(), stage.newId()];
        const [received, displayed] = ANSWERS;
        const inner = `${received?.xml(first)}${displayed?.xml(second)}<thread>t</thread>`;
        const answer = `<message to='${alice.jid}' type='${type}' id='both'>${inner}</message>`;
        expect(await stage.arrivesAt(alice, bob, answer)).toBeUndefined();
        await stage.component.waitForFact(
          { from: ALICE, to: BOB, id: first },
          'received withheld=yes',
        );
        await stage.component.waitForFact(
          { from: ALICE, to: BOB, id: second },
          'displayed withheld=yes',
        );
      }
    });

    test.each([
      [
        'the same in words',
        `<body>Read.</body><fallback xmlns='urn:xmpp:fallback:0' for='${RECEIPTS}'/>`,
      ],
      ['an empty body', '<body/>'],
      ['how it is encrypted', "<encryption xmlns='urn:xmpp:eme:0' namespace='x'/>"],
      ['a nickname', "<nick xmlns='http://jabber.org/protocol/nick'>Bob</nick>"],
    ])(`under ${policy} what only repeats an answer is stopped with it: %s`, async (_, inner) => {
      const answer = stage.chat(
        ALICE,
        `<received xmlns='${RECEIPTS}' id='${stage.newId()}'/>${inner}`,
      );
      expect(await stage.arrivesAt(alice, bob, answer)).toBeUndefined();
    });

    test(`under ${policy} chat states, requests for receipts and other events arrive`, async () => {
      const composing = `<x xmlns='${EVENT}'><composing/><id>m</id></x>`;
      const asking = `<x xmlns='${EVENT}'><delivered/><composing/></x>`;
      const state = "<active xmlns='http://jabber.org/protocol/chatstates'/>";
      for (const inner of [composing, asking, state]) {
        const got = await stage.arrivesAt(alice, bob, stage.chat(ALICE, inner));
        expect(got?.children.join()).toContain(inner.slice(0, 5));
      }
    });

    test(`the policy ${policy} of one user does not stop the answers of others`, async () => {
      const answer = stage.chat(BOB, `<received xmlns='${RECEIPTS}' id='x'/>`);
      expect(isAnswer(await stage.arrivesAt(bob, alice, answer))).toBe(true);
    });

    test(`under ${policy} a message is tracked as any other after an answer was taken out of it`, async () => {
      const id = stage.newId();
      const inner = `<body>x</body><request xmlns='${RECEIPTS}'/><received xmlns='${RECEIPTS}' id='q'/>`;
      expect(isAnswer(await stage.arrivesAt(alice, bob, stage.chat(ALICE, inner, id)))).toBe(false);
      const facts = await stage.component.waitForFact({ from: BOB, to: ALICE, id }, 'acked');
      expect(facts).toEqual([
        expect.stringMatching(/^accepted type=chat may-see=no$/),
        'sent resource=pc',
        'acked resource=pc',
      ]);
    });

    test(`under ${policy} the module stops answers to a gateway and to its users`, async () => {
      const gateway = await stage.connectGateway();
      bob.send(stage.chat('x@gateway.test/y', `<received xmlns='${RECEIPTS}' id='g'/>`, 'stopped'));
      bob.send(stage.chat('gateway.test', `<received xmlns='${RECEIPTS}' id='g'/>`, 'stopped'));
      bob.send(stage.chat('x@gateway.test', '<body>after</body>', 'after'));
      await gateway.raw.waitFor((stanza) => stanza.attrs['id'] === 'after');
      expect(gateway.raw.received.some(({ attrs }) => attrs['id'] === 'stopped')).toBe(false);
      await gateway.close();
    });
  });

  describe.each(['client', 'automatic'])('policy %s', (policy) => {
    beforeAll(async () => {
      await stage.setPolicies({}, `${BOB}\t${policy}`);
    });

    test.each(ANSWERS)(
      `under ${policy} $name arrives, and is not reported as withheld`,
      async ({ xml }) => {
        for (const contact of contacts()) {
          const id = stage.newId();
          const answer = stage.chat(contact.bareJid, xml(id));
          expect(isAnswer(await stage.arrivesAt(contact, bob, answer))).toBe(true);
          expect(stage.component.factsUnder(id).join()).not.toContain('withheld');
        }
      },
    );

    test(`under ${policy} an answer of the client is reported as received`, async () => {
      const id = stage.newId();
      bob.answer(ALICE, id);
      const facts = await stage.component.waitForFact({ from: ALICE, to: BOB, id }, 'received');
      expect(facts).toEqual(['received']);
    });
  });

  test('an answer that is stopped reaches the user’s own devices and archive, and one to oneself is not stopped', async () => {
    await stage.setPolicies({}, `${BOB}\tmanual`);
    const tablet = await stage.login(`${BOB}/tablet`, { carbons: true });
    const [toContact, toSelf] = [stage.newId(), stage.newId()];
    bob.send(
      stage.chat(ALICE, `<received xmlns='${RECEIPTS}' id='${toContact}'/>${STORE}`, 'carbon'),
    );
    const carbon = await tablet.waitFor((stanza) => stanza.getChild('sent') !== undefined);
    const forwarded = carbon.getChild('sent')?.getChild('forwarded')?.getChild('message');
    expect(forwarded?.getChild('received')?.attrs['id']).toBe(toContact);
    bob.send(stage.chat(BOB, `<displayed xmlns='${MARKERS}' id='${toSelf}'/>`, 'self'));
    await tablet.waitForMessage('self');
    const archived = await tablet.catchUp();
    const answers = archived.flatMap((message) => message.getChildren('received'));
    expect(answers.map(({ attrs }) => attrs['id'])).toContain(toContact);
    expect(stage.component.factsUnder(toSelf).join()).not.toContain('withheld');
    await tablet.close();
  });

  // The policies of ejabberd are in tables of the host's process, and away while that is.
  test('an answer is stopped when it cannot be reported, and on ejabberd also while the policies are away', async () => {
    await stage.setPolicies({}, `${BOB}\tmanual`);
    const [first, second] = [stage.newId(), stage.newId()];
    const answer = (id: string) => stage.chat(ALICE, `<received xmlns='${RECEIPTS}' id='${id}'/>`);
    await stage.server.runInside(SABOTAGE, HOST, 'judge');
    const arrived = await stage.arrivesAt(alice, bob, answer(first));
    expect(isAnswer(arrived)).toBe(stage.server.kind === 'prosody');
    await stage.server.reloadModule(HOST, 'receipts');
    await stage.server.runInside(SABOTAGE, HOST, 'add_fact');
    expect(await stage.arrivesAt(alice, bob, answer(second))).toBeUndefined();
    await stage.server.reloadModule(HOST, 'receipts');
    for (const problem of COMPLAINTS[stage.server.kind])
      expect(await stage.server.log()).toMatch(problem);
  });

  test('a message that an answer is taken out of stays whole in the archive and in the carbon copy', async () => {
    await stage.setPolicies({}, `${BOB}\tmanual`);
    const tablet = await stage.login(`${BOB}/tablet`, { carbons: true });
    const id = stage.newId();
    const inner = `<body>x</body><received xmlns='${RECEIPTS}' id='q'/>`;
    expect(isAnswer(await stage.arrivesAt(alice, bob, stage.chat(ALICE, inner, id)))).toBe(false);
    const archived = (await tablet.catchUp()).find(({ attrs }) => attrs['id'] === id);
    expect(archived?.getChild('received')).toBeDefined();
    const carbons = tablet.received.flatMap((stanza) => stanza.getChildren('sent'));
    const copies = carbons.map((sent) => sent.getChild('forwarded')?.getChild('message'));
    const copy = copies.find((message) => message?.attrs['id'] === id);
    expect(copy?.getChild('received')).toBeDefined();
    await tablet.close();
  });
});

function isAnswer(stanza: Element | undefined): boolean {
  return ANSWER_NAMES.some((name) => stanza?.getChild(name) !== undefined);
}

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

const SABOTAGE = {
  lua: SABOTAGE_LUA,
  // Places in the record of the host: its tables of policies, its counters.
  erlang: `[Host, Name] = Args,
Place = case Name of <<"judge">> -> 6; <<"add_fact">> -> 5 end,
Watch = persistent_term:get({mod_receipts, Host}),
persistent_term:put({mod_receipts, Host}, setelement(Place, Watch, <<"broken">>)), ok`,
};

/** What the log says of the two that fail. */
const COMPLAINTS = {
  prosody: [
    /messages are still delivered\. Error: .*judge fails/,
    /messages are still delivered\. Error: .*add_fact fails/,
  ],
  ejabberd: [/messages are still delivered\. Error: .*badarg/],
};

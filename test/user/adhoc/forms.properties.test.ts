import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FactKind } from '../../../src/message/fact.ts';
import type { BareJid } from '../../../src/message/jid.ts';
import { POLICIES } from '../../../src/message/policy.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { child, type Element, element } from '../../../src/protocol/xml.ts';
import { NODES } from '../../../src/user/adhoc/commands.ts';
import { ALICE, accepted, BOB, fact, keyOf, T0 } from '../../support/facts.ts';
import { parseXml } from '../../support/xml.ts';
import { ADMIN, CAROL, Desk } from './desk.ts';

const HOUR_MS = 3_600_000;

const FIELDS = [
  'policy',
  'tell-declined',
  'contact',
  'question',
  'answer',
  'shown',
  'recipient',
  'id',
  'statuses',
  'text',
  'language',
  'message',
  'goal',
  'length',
  'time',
  '__proto__',
];

const WORDS = [
  ...POLICIES,
  'default',
  'yes',
  'no',
  'later',
  'all',
  '1',
  '2',
  `1-${T0}`,
  'true',
  'false',
  'stored',
  'zh',
  'alice@example.org',
  'last',
  `${CAROL} m1`,
  'displayed',
  'PT1H',
  '45 minutes',
  'off',
  'remind',
  'wait',
  'drop',
  '',
  ' ',
  '\n',
];

/** Text as it comes over the wire: well-formed, of characters that XML has. */
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map(inXml) },
);

const field = fc
  .record({
    name: fc.option(fc.oneof(fc.constantFrom(...FIELDS), text), { nil: undefined }),
    type: fc.option(fc.constantFrom('hidden', 'list-multi', 'fixed', 'x'), { nil: undefined }),
    values: fc.array(text, { maxLength: 4 }),
  })
  .map(({ name, type, values }) =>
    element('field', { var: name, type }, ...values.map((value) => element('value', {}, value))),
  );

const form = fc
  .record({
    type: fc.option(fc.constantFrom('submit', 'submit', 'submit', 'cancel', 'form', 'result', ''), {
      nil: undefined,
    }),
    fields: fc.array(field, { maxLength: 8 }),
    xmlns: fc.constantFrom(NS.forms, NS.forms, NS.forms, 'jabber:x:oob'),
  })
  .map(({ type, fields, xmlns }) => element('x', { xmlns, type }, ...fields));

const request = fc
  .record({
    node: fc.option(fc.oneof(fc.constantFrom(...NODES), text), { nil: undefined }),
    action: fc.option(
      fc.constantFrom('execute', 'next', 'complete', 'prev', 'cancel', 'toString', ''),
      { nil: undefined },
    ),
    sessionid: fc.option(text, { nil: undefined }),
    lang: fc.option(fc.oneof(fc.constantFrom('en', 'zh-CN'), text), { nil: undefined }),
    payload: fc.array(form, { maxLength: 2 }),
    from: fc.constantFrom('bob@example.org/phone', 'admin@example.org/desk', 'x@example.net/x'),
  })
  .map(({ node, action, sessionid, lang, payload, from }) => {
    const command = element('command', { xmlns: NS.commands, node, action, sessionid }, ...payload);
    return element(
      'iq',
      { type: 'set', id: 'c1', to: 'receipts.example.org', from, 'xml:lang': lang },
      command,
    );
  });

test('whatever is sent is answered, and the answer is well-formed', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (stanza) => {
      const desk = await busyDesk();
      const answer = await desk.ask(stanza.toString());
      const [arrived] = parseXml(answer.toString());
      expect(arrived?.attrs).toMatchObject({ id: 'c1', to: stanza.attrs['from'] });
      expect(['result', 'error']).toContain(arrived?.attrs['type']);
      expect(desk.complaints).toEqual([]);
    }),
  );
});

test('nothing is changed that was not submitted', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (stanza) => {
      const desk = await busyDesk();
      const before = await policiesOn(desk);
      await desk.ask(stanza.toString());
      const words = [...changed(before, await policiesOn(desk)), ...(await answersOn(desk))];
      expect(textsIn(stanza)).toEqual(expect.arrayContaining(words));
      for (const node of await watchedBy(desk)) expect(nodeOf(stanza)).toBe(node);
    }),
  );
});

function nodeOf(stanza: Element): string | undefined {
  return child(stanza, 'command', NS.commands)?.attrs['node'];
}

/** The commands that must have been given for what is watched now. */
async function watchedBy(desk: Desk): Promise<readonly string[]> {
  const { watched } = await desk.chosenBy(BOB);
  const { watches } = desk.breakable.store;
  return [
    ...(watched === undefined ? [] : ['watch-contact']),
    ...((await watches.of(BOB)).length === 0 ? [] : ['watch']),
  ];
}

/** Bob was asked about messages of Alice and Carol, and sent one himself. */
async function busyDesk(): Promise<Desk> {
  const desk = new Desk();
  await desk.choose(BOB, { policy: 'manual', exceptions: { [ADMIN]: 'refuse' } });
  for (const sender of [ALICE, CAROL]) await desk.deliver(keyOf('m1', sender));
  await desk.learn(keyOf('m1', BOB, CAROL), accepted(), fact('stored', 1));
  await claim(desk, Date.now() + HOUR_MS);
  await desk.breakable.store.asking.settle(BOB, [1, 2]);
  return desk;
}

/** What is to be asked at that time. */
function claim(desk: Desk, now: number) {
  const times = { now, leaseUntil: now, dueUntil: now };
  return desk.breakable.store.asking.claim({ ...times, maxRecipients: 9, except: [] });
}

/** Every policy that a user of ours chose, by the user and whom it is for. */
async function policiesOn(desk: Desk): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const user of [BOB, ADMIN]) {
    const { policy, exceptions = {} } = await desk.chosenBy(user);
    if (policy !== undefined) all.set(user, policy);
    for (const [peer, own] of Object.entries(exceptions)) all.set(`${user} ${peer}`, own);
  }
  return all;
}

/** What a user must have said for that. */
function changed(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  const all = [...new Set([...before.keys(), ...after.keys()])];
  return all
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => after.get(name) ?? 'default');
}

/** What Bob must have answered. */
async function answersOn(desk: Desk): Promise<readonly string[]> {
  const kinds = [...(await kindsFrom(desk, ALICE)), ...(await kindsFrom(desk, CAROL))];
  const isLater = (await claim(desk, Date.now() + 2 * HOUR_MS)).length > 0;
  return [
    ...(kinds.includes('approved') ? ['yes'] : []),
    ...(kinds.includes('declined') ? ['no'] : []),
    ...(isLater ? ['later'] : []),
  ];
}

async function kindsFrom(desk: Desk, sender: BareJid): Promise<readonly FactKind[]> {
  const found = await desk.breakable.store.records.find(keyOf('m1', sender));
  return (found?.tracked.record.facts ?? []).map(({ kind }) => kind);
}

function textsIn(parent: Element): readonly string[] {
  return parent.children.flatMap((child) =>
    typeof child === 'string' ? [child.trim()] : textsIn(child),
  );
}

function inXml(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NODES } from '../../src/adhoc/commands.ts';
import type { Command } from '../../src/commands/command.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { type Element, element } from '../../src/protocol/xml.ts';
import { parseXml } from '../support/xml.ts';
import { ALICE, CAROL, Desk, POLICY, STORED } from './desk.ts';

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
  `1-${ALICE.from}`,
  'true',
  'false',
  'stored',
  'zh',
  'alice@example.org',
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
      const desk = busyDesk();
      const answer = await desk.ask(stanza.toString());
      const [arrived] = parseXml(answer.toString());
      expect(arrived?.attrs).toMatchObject({ id: 'c1', to: stanza.attrs['from'] });
      expect(['result', 'error']).toContain(arrived?.attrs['type']);
      expect(desk.logged).toEqual([]);
    }),
  );
});

test('nothing is changed that was not submitted', async () => {
  await fc.assert(
    fc.asyncProperty(request, async (stanza) => {
      const desk = busyDesk();
      await desk.ask(stanza.toString());
      expect(textsIn(stanza)).toEqual(expect.arrayContaining(desk.changes.flatMap(wordsOf)));
    }),
  );
});

function busyDesk(): Desk {
  const desk = new Desk();
  desk.questions = [ALICE, { ...CAROL, shown: 1 }];
  desk.found = [STORED];
  desk.policy = { ...POLICY, exceptions: { 'alice@example.org': 'refuse' } };
  return desk;
}

/** What the user must have said for it. */
function wordsOf(command: Command): readonly string[] {
  if ('answer' in command) return [command.answer];
  return 'policy' in command ? [command.policy] : [];
}

function textsIn(parent: Element): readonly string[] {
  return parent.children.flatMap((child) =>
    typeof child === 'string' ? [child.trim()] : textsIn(child),
  );
}

function inXml(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '');
}

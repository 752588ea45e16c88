import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { Millis } from '../../../src/message/time.ts';
import { conditionOf } from '../../../src/protocol/iq.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { child, type Element } from '../../../src/protocol/xml.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { replyText } from '../../../src/user/text/reply-text.ts';
import { zh } from '../../../src/user/text/zh/index.ts';
import { BOB, keyOf } from '../../support/facts.ts';
import { parseXml, treeOf } from '../../support/xml.ts';
import { ADMIN, COMPONENT, command, Desk, fixedIn, read } from './desk.ts';

describe('XEP-0050', () => {
  test('a command that is begun is answered by its form', async () => {
    const answer = await new Desk().ask(`
      <iq type='set' to='receipts.example.org' from='bob@example.org/phone' id='exec1'>
        <command xmlns='http://jabber.org/protocol/commands' node='policy' action='execute'/>
      </iq>`);
    const sessionId = child(answer, 'command', NS.commands)?.attrs['sessionid'] ?? '';
    expect(sessionId).toMatch(/^\S+$/);
    expect(treeOf(answer)).toEqual(
      tree(`
      <iq type='result' from='receipts.example.org' to='bob@example.org/phone' id='exec1'>
        <command xmlns='http://jabber.org/protocol/commands' node='policy' sessionid='${sessionId}'
                 status='executing' xml:lang='en'>
          <actions execute='complete'><complete/></actions>
          <x xmlns='jabber:x:data' type='form'>
            <title>${en.forms.commands.policy.name}</title>
            <instructions>${en.forms.commands.policy.instructions}</instructions>
            <field var='policy' type='list-single' label="${en.forms.fields.policy}">
              <value>default</value>
              <option label="${en.forms.policies.default}"><value>default</value></option>
              <option label="${en.forms.policies.automatic}"><value>automatic</value></option>
              <option label="${en.forms.policies.client}"><value>client</value></option>
              <option label="${en.forms.policies.manual}"><value>manual</value></option>
              <option label="${en.forms.policies.refuse}"><value>refuse</value></option>
            </field>
            <field var='tell-declined' type='boolean' label="${en.forms.fields.tellDeclined}">
              <value>0</value>
            </field>
          </x>
        </command>
      </iq>`),
    );
  });

  test('a command is completed when its form is submitted', async () => {
    const desk = new Desk();
    const answer = await desk.ask(`
      <iq type='set' to='receipts.example.org' from='bob@example.org/phone' id='exec2'>
        <command xmlns='http://jabber.org/protocol/commands' node='policy' sessionid='s1' action='complete'>
          <x xmlns='jabber:x:data' type='submit'>
            <field var='policy'><value>manual</value></field>
            <field var='tell-declined'><value>0</value></field>
          </x>
        </command>
      </iq>`);
    expect(await desk.chosen()).toEqual({ policy: 'manual' });
    const { name, meaning } = en.policies.manual;
    const done = en.policy.changed['in-force'];
    expect(treeOf(answer)).toEqual(
      tree(`
      <iq type='result' from='receipts.example.org' to='bob@example.org/phone' id='exec2'>
        <command xmlns='http://jabber.org/protocol/commands' node='policy' sessionid='s1'
                 status='completed' xml:lang='en'>
          <note type='info'>${done}</note>
          <x xmlns='jabber:x:data' type='result'>
            <title>${en.forms.commands.policy.name}</title>
            <field type='fixed'><value>${done}</value></field>
            <field type='fixed'><value>Your policy is ${name}: ${meaning}.</value></field>
            <field type='fixed'><value>${en.policy.hidesDeclined}</value></field>
          </x>
        </command>
      </iq>`),
    );
  });

  test('a command can be canceled, whether or not we know of it', async () => {
    const desk = new Desk();
    const answer = await desk.ask(command({ node: 'policy', action: 'cancel', sessionId: 's1' }));
    expect(treeOf(answer)).toEqual(
      tree(`
      <iq type='result' from='receipts.example.org' to='bob@example.org/phone' id='c1'>
        <command xmlns='http://jabber.org/protocol/commands' node='policy' sessionid='s1'
                 status='canceled' xml:lang='en'>
          <note type='info'>${en.forms.notes.canceled}</note>
        </command>
      </iq>`),
    );
    expect(desk.counters.all()).toEqual({});
  });

  test('a command with an unknown action is answered by malformed-action', async () => {
    const answer = await new Desk().ask(command({ node: 'policy', action: 'dance' }));
    expect(treeOf(answer)).toEqual(
      tree(`
      <iq type='error' from='receipts.example.org' to='bob@example.org/phone' id='c1'>
        <error type='modify'>
          <bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
          <malformed-action xmlns='http://jabber.org/protocol/commands'/>
        </error>
      </iq>`),
    );
  });
});

test.each([
  ['an unknown node', { node: 'launch' }, 'item-not-found', undefined],
  ['no node at all', { node: '' }, 'item-not-found', undefined],
  ['statistics, by who is no admin', { node: 'statistics' }, 'item-not-found', undefined],
  [
    'a step back from the only form',
    { node: 'policy', action: 'prev' },
    'bad-request',
    'bad-action',
  ],
  [
    'a step on without the form',
    { node: 'questions', action: 'next' },
    'bad-request',
    'bad-payload',
  ],
  [
    'the end without the form',
    { node: 'policy', action: 'complete' },
    'bad-request',
    'bad-payload',
  ],
  [
    'a form that is not submitted',
    { node: 'policy', payload: `<x xmlns='jabber:x:data' type='form'/>` },
    'bad-request',
    'bad-payload',
  ],
  ['somebody elsewhere', { node: 'policy', from: 'bob@example.net/x' }, 'forbidden', undefined],
  ['a server', { node: 'policy', from: 'example.org' }, 'forbidden', undefined],
])('a command is refused: %s', async (_, asking, condition, own) => {
  const desk = new Desk();
  await desk.question();
  const answer = await desk.ask(command(asking));
  expect(conditionOf(answer)).toBe(condition);
  expect(ownConditionOf(answer)).toBe(own);
  expect(await desk.chosen()).toEqual({ policy: 'manual' });
  expect((await desk.questionsFor(BOB)).waiting).toEqual([1, 2]);
});

test('a user who sends commands too often is told to wait', async () => {
  const desk = new Desk({ 'commands.perMinute': '1' });
  await desk.ask(command({ node: 'help' }));
  const answer = await desk.ask(command({ node: 'policy', lang: 'zh-CN' }));
  expect(conditionOf(answer)).toBe('policy-violation');
  expect(answer.getChild('error')?.attrs['type']).toBe('wait');
  expect(answer.getChild('error')?.getChild('text')?.getText()).toMatch(/\p{Script=Han}/u);
  expect(desk.counters.all()).toMatchObject({ commands: 1 });
});

test('commands that come too often are counted', async () => {
  const desk = new Desk({ 'commands.perMinute': '1' });
  await desk.ask(command({ node: 'help' }));
  await desk.ask(command({ node: 'policy' }));
  expect(desk.counters.all()).toEqual({ commands: 1, 'commands refused: too-many-commands': 1 });
});

test('commands of strangers are counted', async () => {
  const desk = new Desk();
  await desk.ask(command({ node: 'policy', from: 'bob@example.net/x' }));
  expect(desk.counters.all()).toEqual({ 'stanzas from strangers refused': 1 });
});

test('a command is answered by wait while the store fails, and that is logged', async () => {
  const desk = new Desk();
  desk.breakable.isBroken = true;
  const answer = await desk.ask(command({ node: 'policy' }));
  expect(conditionOf(answer)).toBe('resource-constraint');
  expect(answer.getChild('error')?.attrs['type']).toBe('wait');
  expect(desk.complaints).toEqual(['a command could not be carried out']);
});

test('the bot carries out commands as well, under its own address', async () => {
  const answer = await new Desk().ask(command({ node: 'help', to: `receipts@${COMPONENT}` }));
  expect(answer.attrs['from']).toBe(`receipts@${COMPONENT}`);
  expect(read(answer).status).toBe('completed');
});

test.each(['execute', 'next', 'complete'])(
  'the command help is completed at once, whatever the action: %s',
  async (action) => {
    const { status, form } = read(await new Desk().ask(command({ node: 'help', action })));
    expect([status, form?.attrs['type']]).toEqual(['completed', 'result']);
  },
);

describe('the command help', () => {
  test.each([
    ['English', en],
    ['Chinese', zh],
  ])('shows the long help under its headings, in %s', async (_, language) => {
    const asking = { node: 'help', lang: language.lang };
    const { form } = read(await new Desk().ask(command(asking)));
    const help = replyText({ kind: 'help', isAdmin: false, isAll: true }, language, 0 as Millis);
    const [, ...lines] = help.split('\n');
    expect(fixedIn(form)).toEqual(lines);
    for (const { heading } of language.help.sections) expect(lines).toContain(heading);
    expect(form?.getChild('title')?.getText()).toBe(language.forms.commands.help.name);
  });

  // Clients that show a note show it as one paragraph.
  test.each([
    [
      'en',
      'I understand: status, why, receipts, text, policy, declined, questions, yes, language, zone.',
    ],
    [
      'zh',
      '我能听懂：状态、为什么、回执、文字、回执设置、谢绝时通知对方、待确认、是、语言、时区。',
    ],
  ])('names what can be said in a note of two sentences: %s', async (lang, words) => {
    const { notes } = read(await new Desk().ask(command({ node: 'help', lang })));
    expect(notes).toEqual([['info', expect.stringContaining(words)]]);
    expect(notes[0]?.[1]).not.toContain('\n');
  });

  test('names to administrators what they alone can say', async () => {
    const { notes } = read(await new Desk().ask(command({ node: 'help', from: `${ADMIN}/desk` })));
    expect(notes[0]?.[1]).toContain(', statistics.');
  });
});

test('the command statistics is for administrators', async () => {
  const desk = new Desk();
  await desk.question();
  const asking = { node: 'statistics', from: 'admin@example.org/desk' };
  const { status, notes, form } = read(await desk.ask(command(asking)));
  expect([status, notes]).toEqual([
    'completed',
    [['info', en.forms.commands.statistics.instructions]],
  ]);
  const { waiting, counted, backlog, line } = en.statistics;
  for (const text of [waiting, line(backlog.questions, 2), counted, line('commands', 1)])
    expect(fixedIn(form)).toContain(text);
});

test('each command that is begun has its own session id, and keeps the one that it names', async () => {
  const desk = new Desk();
  const sessions = [];
  for (const sessionId of [undefined, undefined, '', 'mine'])
    sessions.push(
      child(
        await desk.ask(command({ node: 'policy', ...(sessionId !== undefined && { sessionId }) })),
        'command',
        NS.commands,
      )?.attrs['sessionid'],
    );
  expect(new Set(sessions).size).toBe(4);
  expect(sessions[2]).not.toBe('');
  expect(sessions[3]).toBe('mine');
});

describe('languages', () => {
  test.each([
    ['that the user chose', { language: 'zh' }, 'en', 'zh'],
    ["of the user's client, where none was chosen", {}, 'zh-TW', 'zh'],
    ['of the operator, where we do not speak the client’s', {}, 'fr', 'en'],
    ['of the operator, where the client names none', {}, undefined, 'en'],
    ['of the client, where the one chosen is not spoken any more', { language: 'tlh' }, 'zh', 'zh'],
  ])('a command is answered in the language %s', async (_, preferences, lang, expected) => {
    const desk = new Desk();
    await desk.choose(BOB, preferences);
    const asking = { node: 'policy', ...(lang !== undefined && { lang }) };
    const { lang: used, form } = read(await desk.ask(command(asking)));
    expect(used).toBe(expected);
    expect(form?.getChild('title')?.getText()).toBe(
      (expected === 'zh' ? zh : en).forms.commands.policy.name,
    );
  });

  test('the language of a command goes before that of its stanza', async () => {
    const answer = await new Desk().ask(`
      <iq type='set' to='${COMPONENT}' from='bob@example.org/phone' id='c1' xml:lang='en'>
        <command xmlns='${NS.commands}' node='help' xml:lang='zh'/>
      </iq>`);
    expect(read(answer).lang).toBe('zh');
  });
});

function tree(text: string) {
  const [element] = parseXml(text);
  return element && treeOf(element);
}

function ownConditionOf(answer: Element): string | undefined {
  const conditions = answer.getChild('error')?.getChildElements() ?? [];
  return conditions.find((condition) => condition.getNS() === NS.commands)?.name;
}

test('the status of messages with long ids and long names fits into the shortest stanza that servers allow', async () => {
  const desk = new Desk();
  const occupant = `room@rooms.example.org/${'&'.repeat(200)}` as BareJid;
  for (let n = 0; n < 5; n += 1) await desk.deliver(keyOf(`${n}${'&'.repeat(250)}`, BOB, occupant));
  const asking = { node: 'status', from: `${BOB}/phone` };
  const answer = await desk.ask(command({ ...asking, action: 'complete', fields: {} }));
  expect(Buffer.byteLength(answer.toString())).toBeLessThanOrEqual(10_000);
  expect(answer.toString()).toContain('<item>');
});

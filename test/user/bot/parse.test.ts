import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { parse } from '../../../src/user/bot/parse.ts';
import { type Command, LANGUAGES } from '../../../src/user/commands/command.ts';
import { commandText, type Misunderstanding } from '../../../src/user/text/command-text.ts';
import { LANGUAGE_OF } from '../../../src/user/text/languages.ts';

const BOB = 'bob@example.org';

function answer(
  answer: 'yes' | 'no' | 'later',
  which: 'only' | 'all' | readonly number[] = 'only',
) {
  return { kind: 'answer', answer, which } as const;
}

function policyFor(peer: string, policy: 'manual' | 'refuse' | 'automatic' | 'default') {
  return { kind: 'set-exception', peer, policy } as const;
}

const UNDERSTOOD: readonly (readonly [string, Command])[] = [
  ['help', { kind: 'help' }],
  ['Help me, please!', { kind: 'help' }],
  ['help?', { kind: 'help' }],
  ['hello', { kind: 'help' }],
  ['你好', { kind: 'help' }],
  ['帮助', { kind: 'help' }],
  ['help all', { kind: 'help', isAll: true }],
  ['帮助 全部', { kind: 'help', isAll: true }],
  ['hilfe alles', { kind: 'help', isAll: true }],
  ['policy', { kind: 'show-policy' }],
  ['my policy?', { kind: 'show-policy' }],
  ['policy manual', { kind: 'set-policy', policy: 'manual' }],
  ['set policy to Manual.', { kind: 'set-policy', policy: 'manual' }],
  ['POLICY DEFAULT', { kind: 'set-policy', policy: 'default' }],
  ['策略手动', { kind: 'set-policy', policy: 'manual' }],
  ['策略：拒绝', { kind: 'set-policy', policy: 'refuse' }],
  ['policy 自动', { kind: 'set-policy', policy: 'automatic' }],
  [`policy for ${BOB} manual`, policyFor(BOB, 'manual')],
  [`policy ${BOB} manual`, policyFor(BOB, 'manual')],
  [`policy manual for ${BOB}`, policyFor(BOB, 'manual')],
  ['Policy for BOB@Example.ORG/phone: refuse!', policyFor(BOB, 'refuse')],
  ['policy for xmpp:bob@example.org?message manual', policyFor(BOB, 'manual')],
  ['policy for what?!@example.org manual', policyFor('what?!@example.org', 'manual')],
  ['policy for a؟b@example.org manual', policyFor('a؟b@example.org', 'manual')],
  ['policy for xmpp:b%c3%b6b@example.org manual', policyFor('böb@example.org', 'manual')],
  ['policy for <bob@example.org> default', policyFor(BOB, 'default')],
  ['policy for example.net refuse', policyFor('example.net', 'refuse')],
  ['policy @example.net refuse', policyFor('example.net', 'refuse')],
  ['policy for @localhost refuse', policyFor('localhost', 'refuse')],
  [`策略对${BOB}手动`, policyFor(BOB, 'manual')],
  [`对 ${BOB} 的策略 拒绝`, policyFor(BOB, 'refuse')],
  ['策略 对 李雷@example.org 手动', policyFor('李雷@example.org', 'manual')],
  ['policy for __proto__@example.org manual', policyFor('__proto__@example.org', 'manual')],
  ['declined tell', { kind: 'tell-declined', tells: true }],
  ['tell declined', { kind: 'tell-declined', tells: true }],
  ['declined silent', { kind: 'tell-declined', tells: false }],
  ['declined: default', { kind: 'tell-declined', tells: 'default' }],
  ['回绝不告知', { kind: 'tell-declined', tells: false }],
  ['questions', { kind: 'questions' }],
  ['question', { kind: 'questions' }],
  ['问题', { kind: 'questions' }],
  ['yes', answer('yes')],
  ['Yes!', answer('yes')],
  ['yes, thanks', answer('yes')],
  ['hello, yes please', answer('yes')],
  ['yes yes', answer('yes')],
  ['Yes, 1 and 3!', answer('yes', [1, 3])],
  ['yes1', answer('yes', [1])],
  ['1 yes', answer('yes', [1])],
  ['#2: no', answer('no', [2])],
  ['no 2,3', answer('no', [2, 3])],
  ['ＮＯ　２，３', answer('no', [2, 3])],
  ['no to question 2', answer('no', [2])],
  ['yes 2 2', answer('yes', [2])],
  ['yes 1-3', answer('yes', [1, 2, 3])],
  ['yes 1 - 3.', answer('yes', [1, 2, 3])],
  ['yes 1 to 3', answer('yes', [1, 2, 3])],
  ['yes all', answer('yes', 'all')],
  ['yes to all', answer('yes', 'all')],
  ['all questions: no', answer('no', 'all')],
  ['later', answer('later')],
  ['not now', answer('later')],
  ['later all', answer('later', 'all')],
  ['是', answer('yes')],
  ['是的，谢谢', answer('yes')],
  ['不', answer('no')],
  ['否', answer('no')],
  ['没收到', answer('no')],
  ['以后', answer('later')],
  ['稍后再说', answer('later')],
  ['是1、3', answer('yes', [1, 3])],
  ['是　１到３', answer('yes', [1, 2, 3])],
  ['问题1是', answer('yes', [1])],
  ['第2个不', answer('no', [2])],
  ['全部是', answer('yes', 'all')],
  ['status', { kind: 'status' }],
  ['what is my status?', { kind: 'status' }],
  [`status ${BOB}`, { kind: 'status', recipient: BOB as BareJid }],
  [`status of my last message to ${BOB}`, { kind: 'status', recipient: BOB as BareJid }],
  [`status ${BOB}/Li`, { kind: 'status', recipient: BOB as BareJid, resource: 'Li' }],
  [
    `status xmpp:${BOB}/Li%20Lei? m1`,
    { kind: 'status', recipient: BOB as BareJid, resource: 'Li Lei', id: 'm1' },
  ],
  [`status ${BOB} please`, { kind: 'status', recipient: BOB as BareJid }],
  [`status ${BOB} M-1.x YZ`, { kind: 'status', recipient: BOB as BareJid, id: 'M-1.x YZ' }],
  [`状态 ${BOB} ＡＢ`, { kind: 'status', recipient: BOB as BareJid, id: 'ＡＢ' }],
  ['receipts', { kind: 'show-receipts' }],
  ['receipts stored failed', { kind: 'set-receipts', statuses: ['stored', 'failed'] }],
  [
    'receipts: stored, failed and read',
    { kind: 'set-receipts', statuses: ['stored', 'failed', 'displayed'] },
  ],
  ['receipts none', { kind: 'set-receipts', statuses: [] }],
  ['receipts default', { kind: 'set-receipts', statuses: 'default' }],
  ['回执 已暂存、发送失败', { kind: 'set-receipts', statuses: ['stored', 'failed'] }],
  ['receipts text on', { kind: 'set-text', text: true }],
  ['text on', { kind: 'set-text', text: true }],
  ['text off', { kind: 'set-text', text: false }],
  [
    'text failed lost stored',
    { kind: 'set-text', text: true, statuses: ['failed', 'lost', 'stored'] },
  ],
  ['text on failed', { kind: 'set-text', text: true, statuses: ['failed'] }],
  ['文字 发送失败、已丢失', { kind: 'set-text', text: true, statuses: ['failed', 'lost'] }],
  ['worte verloren', { kind: 'set-text', text: true, statuses: ['lost'] }],
  ['文字默认', { kind: 'set-text', text: 'default' }],
  ['language zh', { kind: 'set-language', language: 'zh' }],
  ['language: English', { kind: 'set-language', language: 'en' }],
  ['语言中文', { kind: 'set-language', language: 'zh' }],
  ['language default', { kind: 'set-language', language: 'default' }],
  ['statistics', { kind: 'statistics' }],
  ['统计', { kind: 'statistics' }],
  ['> yes\n> no\nlater', answer('later')],
  ['＞是\n否', answer('no')],
];

test.each(UNDERSTOOD)('%j is understood as %j', (text, command) => {
  expect(parse(text)).toEqual(command);
});

test('"receipts all" means every status that can be told', () => {
  const command = parse('receipts all');
  expect(command).toMatchObject({ kind: 'set-receipts' });
  expect(command).toHaveProperty('statuses.length', 10);
  expect(command).not.toHaveProperty('statuses', expect.arrayContaining(['accepted']));
});

test.each([
  'no idea what this is',
  'no show',
  'yes and no',
  'yes 👎',
  'yes?',
  'yes ？',
  'not yes',
  'all but 2, yes',
  'yes all 2',
  'yes 10:42',
  'yes 1.5',
  'yes ½',
  'yes 3-1',
  'yes 1-9999999',
  'yes 0',
  'yes 0-2',
  'yes 1000000-1000001',
  'yes 12345678',
  'yes ١',
  'yes 1 no 2',
  'yes 1\nno 2',
  'yes status',
  'no policy',
  'no default',
  'yesterday',
  'the answer is yes',
  'yes both',
  'question no 2',
  'the question No. 2',
  '好不好',
  '是不是',
  '是吗',
  '不好意思',
  '我不',
  '不知道',
  '是谁',
  '> yes',
])('%j answers no question', (text) => {
  expect(parse(text)).toMatchObject({ kind: 'not-understood' });
});

test.each<readonly [string, readonly string[]]>([
  ['polcy manual', ['policy manual']],
  ['policy manul', ['policy manual']],
  ['poilcy mnaual', ['policy manual']],
  ['policy manual?', ['policy manual']],
  ['is my policy manual', ['policy manual']],
  ['show policy refuse', ['policy refuse']],
  ['我的策略是什么 手动', ['policy manual']],
  [`policy ${BOB} refsue`, [`policy for ${BOB} refuse`]],
  ['manual', ['policy manual']],
  [`policy for ${BOB}`, [`policy for ${BOB} manual`, 'policy', 'policy manual']],
  [BOB, [`status ${BOB}`, `policy for ${BOB} manual`]],
  ['statsu', ['status', 'statistics']],
  ['策咯手动', ['policy manual']],
  ['yess', ['yes']],
  ['no idea', ['no', 'yes', 'later']],
  ['1', ['yes 1', 'no 1', 'later 1']],
  ['yes 1, no 2', ['yes 1', 'no 2']],
  ['declined', ['declined tell', 'declined silent', 'no']],
  ['text', ['text on', 'text off']],
  ['english', ['language en']],
  ['language klingon', ['language en', 'language zh', 'language de']],
  ['receipts accepted', ['receipts', 'receipts default']],
  ['stored', ['receipts stored']],
  ['the quick brown fox', []],
  ['', []],
])('%j is answered by what would work: %j', (text, suggestions) => {
  const found = parse(text);
  expect(found.kind).toBe('not-understood');
  const texts = (found as Misunderstanding).suggestions.map((command) =>
    commandText(command, LANGUAGE_OF.en),
  );
  expect(texts).toEqual(suggestions);
});

test.each(['0-0', '0~0'])('%j names no question that could be answered', (text) => {
  expect(parse(text)).toMatchObject({ kind: 'not-understood', suggestions: [] });
});

test.each(['thanks', 'Thank you!', '谢谢', '👍🏽'])('%j gets no answer', (text) => {
  expect(parse(text)).toEqual({ kind: 'courtesy' });
});

test('text that was not understood is repeated to the user, but not at length', () => {
  expect(parse(' the  quick\nbrown fox ')).toMatchObject({ found: 'the quick brown fox' });
  expect(parse(`yes ${'x'.repeat(2000)}`)).toMatchObject({
    found: `yes ${'x'.repeat(36)}…`,
    suggestions: [],
  });
});

describe.each(LANGUAGES)('the help in %s', (code) => {
  const { help } = LANGUAGE_OF[code];

  const sections = [...help.sections, help.forAdmins];
  const examples = sections.flatMap(({ lines }) => lines.map(({ example }) => example));

  test.each([...examples, ...sections.flatMap(({ short }) => short)])(
    'the example of the help is understood: %s',
    (example) => {
      const questions = [{ number: 1, sender: 'bob@example.org' as BareJid }];
      const meant = parse(example, { said: { kind: 'other' }, questions });
      expect(meant).not.toMatchObject({ kind: 'not-understood' });
      expect(meant).not.toMatchObject({ kind: 'doubtful' });
    },
  );
});

test('a text of more than a thousand characters is no command, whatever it begins with', () => {
  const within = `policy manual${' '.repeat(900)}.`;
  expect(parse(within).kind).toBe('set-policy');
  expect(parse(`${within}${' .'.repeat(100)}`).kind).toBe('not-understood');
});

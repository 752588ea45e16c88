import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { Element } from '../../src/protocol/xml.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { en } from '../../src/user/text/en/index.ts';
import { zh } from '../../src/user/text/zh/index.ts';
import { command, saidByBot, say, ticksFor, toldInWords } from '../support/bot-chat.ts';
import { type Client, login, message } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { type Prosody, startProsody } from '../support/prosody.ts';
import { introduce } from '../support/server.ts';
import {
  AFTER_GRACE_MS,
  BOT,
  COMPONENT,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'commands.test';
const ROOT = `root@${HOST}`;
const adminOf = (lang: string): string => `root-${lang}@${HOST}`;

/** Receipts in words that come within so long are in one message. */
const GATHER_TEXT_MS = 1200;
/** By now they have come. */
const AFTER_TEXT_MS = GATHER_TEXT_MS + 2000;

const CHINESE = /\p{Script=Han}/u;

/** What is said to the bot, what it says to that, and what is known of the user then. */
interface Line {
  readonly says: string;
  readonly hears: string | RegExp;
  readonly known: Preferences;
}

const BOB = 'bob@example.org';

/** All that help tells, one after the other. */
const ENGLISH: readonly Line[] = [
  { says: 'help', hears: 'Messages to you: policy · policy manual', known: {} },
  { says: 'help all', hears: /policy manual – .*\n/, known: {} },
  { says: 'policy', hears: 'Your policy is client', known: {} },
  { says: 'policy manual', hears: 'Done.', known: { policy: 'manual' } },
  { says: 'policy automatic', hears: 'is automatic', known: { policy: 'automatic' } },
  { says: 'policy refuse', hears: 'is refuse', known: { policy: 'refuse' } },
  { says: 'policy client', hears: 'is client', known: { policy: 'client' } },
  { says: 'policy default', hears: 'not chosen it yourself', known: {} },
  {
    says: 'policy for bob@example.org refuse',
    hears: 'bob@example.org: refuse',
    known: { exceptions: { [BOB]: 'refuse' } },
  },
  {
    says: 'policy for example.net automatic',
    hears: 'example.net: automatic',
    known: { exceptions: { [BOB]: 'refuse', 'example.net': 'automatic' } },
  },
  {
    says: 'policy for xmpp:bob@example.org default',
    hears: /^(?!.*bob@)/s,
    known: { exceptions: { 'example.net': 'automatic' } },
  },
  { says: 'policy for example.net default', hears: /^(?!.*exceptions)/s, known: {} },
  { says: 'declined tell', hears: 'the sender is told', known: { tellDeclined: true } },
  { says: 'declined silent', hears: 'the sender is not told', known: { tellDeclined: false } },
  { says: 'declined default', hears: 'the sender is not told', known: {} },
  { says: 'questions', hears: 'No question waits', known: {} },
  { says: 'yes 1, 3', hears: 'No question waits', known: {} },
  { says: 'yes all', hears: 'No question waits', known: {} },
  { says: 'status', hears: 'no such message', known: {} },
  { says: 'status bob@example.org', hears: 'no such message', known: {} },
  { says: 'receipts', hears: 'You get receipts when a message is: relayed, sent,', known: {} },
  {
    says: 'receipts stored, failed',
    hears: 'a message is: stored, failed.',
    known: { statuses: ['stored', 'failed'] },
  },
  { says: 'receipts none', hears: 'You get no receipts.', known: { statuses: [] } },
  { says: 'receipts default', hears: 'the default here', known: {} },
  { says: 'text on', hears: 'I also write to you', known: { text: true } },
  { says: 'text off', hears: 'I write nothing to you', known: { text: false } },
  {
    says: 'text failed lost stored',
    hears: 'I also write to you when a message is: failed, lost, stored',
    known: { text: true, inWords: ['failed', 'lost', 'stored'] },
  },
  { says: 'text default', hears: 'I write nothing to you', known: {} },
  { says: 'language zh', hears: '我用中文和您交流', known: { language: 'zh' } },
  { says: 'policy', hears: '您的回执设置', known: { language: 'zh' } },
  { says: 'language default', hears: 'I write to you in English', known: {} },
  { says: 'statistics', hears: 'Only the administrators', known: {} },
];

const IN_CHINESE: readonly Line[] = [
  { says: '帮助', hears: '发给您的消息: 回执设置 · 回执设置 手动', known: {} },
  { says: '帮助 全部', hears: /回执设置 手动 – .*\n/, known: {} },
  { says: '策略', hears: '您的回执设置是“客户端”', known: {} },
  { says: '策略 手动', hears: '您的回执设置是“手动”', known: { policy: 'manual' } },
  { says: '策略，默认！', hears: '默认设置', known: {} },
  {
    says: '策略 对 bob@example.org 拒绝',
    hears: 'bob@example.org：拒绝',
    known: { exceptions: { [BOB]: 'refuse' } },
  },
  { says: '策略 对 bob@example.org 默认', hears: '回执设置', known: {} },
  { says: '回绝 告知', hears: '对方会知道', known: { tellDeclined: true } },
  { says: '回绝 默认', hears: '对方不会知道', known: {} },
  { says: '问题', hears: '没有待您确认的消息', known: {} },
  { says: '是 1、3', hears: '没有待您确认的消息', known: {} },
  { says: '状态', hears: '没有找到', known: {} },
  { says: '回执', hears: '您会收到回执', known: {} },
  {
    says: '回执 已暂存、发送失败',
    hears: '已暂存、发送失败',
    known: { statuses: ['stored', 'failed'] },
  },
  { says: '回执 默认', hears: '默认设置', known: {} },
  { says: '文字 开', hears: '我还会用文字告诉您', known: { text: true } },
  { says: '文字 默认', hears: '我不另外用文字告诉您', known: {} },
  { says: '语言 英文', hears: 'I write to you in English', known: { language: 'en' } },
  { says: '语言 默认', hears: /中文|English/, known: {} },
  { says: '统计', hears: '只有管理员', known: {} },
];

describe('commands by chat', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }],
      admins: [ROOT, adminOf('en'), adminOf('zh')],
      receipts: { gatherTextMs: GATHER_TEXT_MS },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  /** Without the language that the user happens to write in. */
  async function chosenBy({ bareJid }: Client): Promise<Preferences> {
    const {
      spoken: _,
      introduced: __,
      ...chosen
    } = await stage.store.preferences.get(bareJid as BareJid);
    return chosen;
  }

  async function expectLines(jid: string, lines: readonly Line[], lang: string): Promise<void> {
    const user = await company.enter(jid);
    for (const { says, hears, known } of lines) {
      expect(await say(user, says, lang), says).toMatch(hears);
      expect(await chosenBy(user), says).toEqual(known);
    }
  }

  describe.concurrent('lines', () => {
    test('each line of the English table has its answer and its effect', () =>
      expectLines(`carol@${HOST}/pc`, ENGLISH, 'en'));

    test('each line of the Chinese table has its answer and its effect', () =>
      expectLines(`liming@${HOST}/pc`, IN_CHINESE, 'zh-CN'));

    test.each([en, zh])(
      'every example that the help in $name shows is understood',
      async ({ lang, help, misunderstood }) => {
        const root = await company.enter(`${adminOf(lang)}/pc`);
        const sections = [...help.sections, help.forAdmins];
        for (const { example } of sections.flatMap(({ lines }) => lines))
          expect(await say(root, example), example).not.toContain(misunderstood.askForHelp);
      },
    );
  });

  describe.concurrent('answers', () => {
    test('the bot answers in the language of the message, until the user chooses one', async () => {
      const user = await company.enter(`speaker@${HOST}/pc`);
      expect(await say(user, 'policy')).toContain('Your policy');
      expect(await say(user, 'policy', 'fr')).toContain('Your policy');
      expect(await say(user, 'policy', 'zh-Hant-TW')).toMatch(CHINESE);
      expect(await say(user, 'policy', 'en-GB')).toContain('Your policy');
      await say(user, '语言 中文');
      expect(await say(user, 'policy', 'en')).toMatch(CHINESE);
      await say(user, 'language English', 'zh');
      expect(await say(user, 'policy', 'zh')).not.toMatch(CHINESE);
    });

    test('the bot answers a wrong command by what would work, and changes nothing', async () => {
      const user = await company.enter(`typist@${HOST}/pc`);
      for (const [says, would] of [
        ['polcy manual', 'policy manual'],
        ['policy manul', 'policy manual'],
        ['policy for bob@example.org', 'policy for bob@example.org manual'],
        ['receipts storde', 'receipts stored'],
        ['txt on', 'text on'],
        ['回执 已暂村', '回执 已暂存'],
      ] as const) {
        expect(await say(user, says), says).toContain(would);
        expect(await chosenBy(user), says).toEqual({});
      }
      expect(await say(user, 'where am I?')).toContain('Say “help”');
      expect(await say(user, 'no idea what this is')).not.toContain('No question');
    });

    test('the bot answers from its own address to the device that wrote, also when that wrote to the domain', async () => {
      const phone = await company.enter(`twice@${HOST}/phone`);
      const tablet = await company.enter(`twice@${HOST}/tablet`);
      phone.send(message({ to: COMPONENT, id: 'said', body: 'policy', asks: false }));
      const answer = await phone.waitFor((it) => it.is('message') && it.attrs['from'] === BOT);
      expect(answer.attrs).toMatchObject({ type: 'chat', to: phone.jid, 'xml:lang': 'en' });
      expect(saidByBot(tablet)).toEqual([]);
    });

    test('the bot gives a receipt to a client that asks for one', async () => {
      const user = await company.enter(`asker@${HOST}/pc`);
      user.ask(BOT, 'said', { body: 'help' });
      await user.waitUntil(() => ticksFor(user, 'said').includes(BOT));
      await stage.expectNoRecord({ from: user.bareJid, to: BOT, id: 'said' });
    });

    test('the bot gives statistics to administrators only', async () => {
      const root = await company.enter(`${ROOT}/pc`);
      expect(await say(root, 'help')).toContain(': statistics');
      expect(await say(root, 'help all')).toContain('statistics –');
      expect(await say(root, 'statistics')).toMatch(
        /^Waiting:\nreceipts to send: \d+\nticks to deliver: \d+\nquestions: \d+\n/,
      );
      const other = await company.enter(`nobody@${HOST}/pc`);
      expect(await say(other, 'help')).not.toContain('statistics');
      expect(await say(other, 'help all')).not.toContain('statistics');
      expect(await say(other, 'stats')).toContain('Only the administrators');
    });
  });

  describe.concurrent('receipts', () => {
    /** Alice, and some who are away and whom she may know to be. */
    async function writer(name: string, contacts: number) {
      const alice = await company.enter(`${name}@${HOST}/pc`);
      const away: string[] = [];
      for (let index = 0; index < contacts; index++) {
        const contact = await company.register(`${name}-away-${index}@${HOST}`);
        await stage.server.befriend(alice.bareJid, contact);
        away.push(contact);
      }
      return { alice, away };
    }

    test('with text on, the bot writes of them in words, of several within seconds in one message', async () => {
      const { alice, away } = await writer('reader', 3);
      await say(alice, 'text on');
      for (const to of away) alice.ask(to, 'm1');
      await sleep(AFTER_TEXT_MS);
      const [words, ...others] = toldInWords(alice.received);
      expect(others).toEqual([]);
      const lines = bodyOf(words).split('\n');
      expect(lines.map((line) => line.replace(/\d\d:\d\d UTC[-+:0-9]*/, 'TIME')).sort()).toEqual(
        away.map((to) => `Stored: your message of TIME to ${to} is kept for them by their server.`),
      );
      const fallback = words?.getChild('fallback', 'urn:xmpp:fallback:0');
      expect(fallback?.getChild('body')).toBeDefined();
      for (const receipts of receiptMessages(alice)) expect(bodyOf(receipts)).toBe('');

      await say(alice, 'text off');
      const another = await company.register(`reader-another@${HOST}`);
      await stage.server.befriend(alice.bareJid, another);
      alice.ask(another, 'm2');
      await waitForReceipt(alice, 'm2', 'stored');
      await sleep(AFTER_TEXT_MS);
      expect(toldInWords(alice.received)).toHaveLength(1);
    });

    test('receipts in words come in the language that the sender chose', async () => {
      const { alice, away } = await writer('duzhe', 1);
      await say(alice, '文字 开');
      await say(alice, '语言 中文');
      alice.ask(away[0] ?? '', 'm1');
      await alice.waitUntil((received) => toldInWords(received).length === 1);
      const [words] = toldInWords(alice.received);
      expect(bodyOf(words)).toMatch(/^已暂存：您 \d\d:\d\d UTC[-+:0-9]* 发给 duzhe-away-0@/);
      expect(words?.attrs['xml:lang']).toBe('zh');
    });

    test('a sender gets the receipts that they chose, and no others', async () => {
      const { alice, away } = await writer('chooser', 1);
      const to = away[0] ?? '';
      await say(alice, 'receipts failed');
      alice.ask(to, 'm1');
      await stage.expectStatus({ from: alice.bareJid, to, id: 'm1' }, 'stored');
      await sleep(AFTER_GRACE_MS);
      expect(toldAbout(alice, 'm1')).toEqual([]);
      await say(alice, 'receipts stored');
      alice.ask(to, 'm2');
      await waitForReceipt(alice, 'm2', 'stored');
      await company.enter(`${to}/phone`);
      await stage.expectStatus({ from: alice.bareJid, to, id: 'm2' }, 'delivered');
      await sleep(AFTER_GRACE_MS);
      expect(toldAbout(alice, 'm2')).toEqual(['stored']);
      await say(alice, 'receipts default');
      alice.ask(to, 'm3');
      await waitForReceipt(alice, 'm3', 'sent');
    });

    test('a sender can ask for the status of their own messages, and nobody else can', async () => {
      const { alice, away } = await writer('curious', 2);
      const [first = '', second = ''] = away;
      alice.ask(first, 'm1');
      alice.ask(second, 'm2');
      await waitForReceipt(alice, 'm1', 'stored');
      await waitForReceipt(alice, 'm2', 'stored');
      const newestFirst = new RegExp(`to ${second} is kept.*\n.*to ${first} is kept[^\n]*$`);
      expect(await say(alice, 'status')).toMatch(newestFirst);
      expect(await say(alice, `status ${second} m2`)).toMatch(/^Stored: .* is kept for[^\n]*$/);
      expect(await say(alice, `status ${second} m1`)).toContain('no such message');
      const other = await company.enter(`nosy@${HOST}/pc`);
      expect(await say(other, `status ${second} m2`)).toContain('no such message');
    });
  });
});

describe('users of other servers', () => {
  let stage: Stage;
  let there: Prosody;
  let dave: Client;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }, { name: 'unserved.test', receipts: false }],
      domains: [HOST],
    });
    there = await startProsody({ hosts: [{ name: 'there.test' }] });
    await introduce(stage.server, there);
    await there.register('dave@there.test');
    await stage.server.register('erin@unserved.test');
    dave = await login({ jid: 'dave@there.test/pc', port: there.ports.c2s });
  });

  afterAll(async () => {
    await Promise.all([stage?.dispose(), there?.dispose()]);
  });

  test('users of other servers are not answered, and their commands are forbidden', async () => {
    const erin = await login({ jid: 'erin@unserved.test/pc', port: stage.server.ports.c2s });
    for (const user of [dave, erin]) {
      const since = user.mark();
      for (const to of [BOT, COMPONENT]) user.ask(to, `said-${to}`, { body: 'help' });
      for (const node of ['policy', 'help', 'statistics']) {
        const answer = await command(user, node);
        expect(answer.getChild('error')?.attrs['type']).toBe('auth');
        expect(answer.getChild('error')?.getChild('forbidden')).toBeDefined();
      }
      await user.expectNone((it) => it.is('message'), { since, ms: 500 });
      expect(await stage.store.preferences.get(user.bareJid as BareJid)).toEqual({});
    }
    expect(stage.counters['stanzas ignored: strangers']).toBe(4);
    expect(stage.counters['stanzas from strangers refused']).toBe(6);
  });

  test('users of other servers do not see the bot', async () => {
    const since = dave.mark();
    dave.subscribeTo(BOT);
    await dave.expectNone((it) => it.is('presence') && it.attrs['from']?.startsWith(BOT) === true, {
      since,
      ms: 500,
    });
  });
});

/** What told a client of its messages. */
function receiptMessages(client: Client): readonly Element[] {
  return client.received.filter(
    (stanza) => stanza.getChild('receipt', 'xmpp-receipts:1') !== undefined,
  );
}

function bodyOf(stanza: Element | undefined): string {
  return stanza?.getChild('body')?.getText() ?? '';
}

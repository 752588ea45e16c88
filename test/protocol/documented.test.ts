import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { isFactKind } from '../../src/message/kinds.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { isStatus, STATUSES } from '../../src/message/status.ts';
import { readLines } from '../../src/protocol/feed-text.ts';
import { readHello } from '../../src/protocol/hello.ts';
import { conditionOf } from '../../src/protocol/iq.ts';
import {
  MAX_BATCH_BYTES,
  MAX_BATCH_LINES,
  MAX_BATCHES,
  MAX_ID_BYTES,
  MAX_KEY_BYTES,
  MAX_ORDERS,
  MAX_PAGE_BYTES,
  MAX_WITHIN,
} from '../../src/protocol/limits.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { mayRemindElement, readMayRemind } from '../../src/protocol/remind-order.ts';
import { readDelivered, versionIn } from '../../src/protocol/server-orders.ts';
import { child, type Element } from '../../src/protocol/xml.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { NO_REMINDER } from '../../src/receipt/reminder.ts';
import { TICK_REFUSALS } from '../../src/receipt/tick.ts';
import { composeReceipts } from '../../src/sending/compose.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { VERSION } from '../../src/telemetry/version.ts';
import { accepted, fact, keyOf, RULES, T0 } from '../support/facts.ts';
import { ALL_KNOW_US, NO_ZONES } from '../support/introduced.ts';
import { REPOSITORY } from '../support/repository.ts';
import { COMPONENT, onStage, type Scene } from '../support/scene.ts';
import { parseXml, type Tree, treeOf } from '../support/xml.ts';

const PAGE = readFileSync(join(REPOSITORY, 'docs/protocol.md'), 'utf8');
const STORED_AT = Date.parse('2026-11-22T10:42:07Z') * 1000 - T0;

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

test('every XML block is well-formed', () => {
  const blocks = blocksOf(PAGE);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) expect(parseXml(block).length).toBeGreaterThan(0);
});

describe('2.1 hello', () => {
  const [asked, answered, refused, greeting, greeted] = stanzasIn('2.1 hello');

  test('2.1: the hello of the module is read', () => {
    expect(readHello(asked)).toEqual({
      version: '1',
      module: '0.1.0',
      server: 'Prosody',
      serverVersion: '0.12.3',
      proves: 'accepted relayed sent stored kept acked received displayed failed lost'.split(' '),
      enforces: ['policies', 'deliver'],
      orders: ['may-remind'],
      stores: ['offline', 'archive'],
      gives: ['policies'],
      nodes: 1,
      node: '',
      others: [],
      policies: 'x7Fq:57',
      at: 1795338025465001,
      waiting: 12,
      secret: undefined,
      health: {
        acks: true,
        filters: [],
        longestStanza: 524_288,
        sharing: 1,
        clock: 1795338025465001,
        spool: 4711,
        spoolLimit: 67_108_864,
        gap: undefined,
        counts: {},
      },
    });
    const secret = child(greeting, 'hello', NS.feed)?.attrs['secret'];
    expect(readHello(greeted)).toMatchObject({ version: '1', waiting: 0, secret });
  });

  test('2.1: the hello of the module is answered with our own', async () => {
    const scene = await onStage();
    const answer = withSecretOf(answered, await scene.ask(asked));
    expect(treeOf(answer)).toEqual(treeOf(answered));
  });

  test('2.1: the hello of a domain that is not configured is refused', async () => {
    const scene = await onStage();
    asked.attrs['from'] = 'example.net';
    expect(treeOf(await scene.ask(asked))).toEqual(treeOf(refused));
  });

  test('2.1: the component says hello in the same form', async () => {
    const scene = await onStage();
    const [said] = scene.link.sent.filter((iq) => child(iq, 'hello', NS.feed) !== undefined);
    expect(withId(said && withSecretOf(greeting, said), 'h2')).toEqual(treeOf(greeting));
  });

  test('2.1: the version is the one of the package', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ version: VERSION });
  });
});

describe('2.2 facts', () => {
  const [facts, taken] = stanzasIn('2.2 facts');

  test('2.2: every fact of the text is read', () => {
    const lines = readLines(child(facts, 'facts', NS.feed)?.getText() ?? '', 'example.org');
    expect(lines).toMatchObject([
      {
        kind: 'message',
        key: { id: 'm1', sender: 'alice@example.org', recipient: 'bob@example.org' },
        facts: [
          {
            kind: 'accepted',
            at: 1795338025465001,
            type: 'chat',
            maySee: true,
            token: 'kX2cWmZb0bqk',
          },
          { kind: 'sent', at: 1795338025465003, resource: 'phone' },
          { kind: 'acked', at: 1795338025467010, resource: 'phone' },
        ],
      },
      {
        kind: 'message',
        key: { id: 'm\n2', sender: 'alice@example.org', recipient: 'carol@example.org' },
        facts: [
          { kind: 'accepted', maySee: false },
          { kind: 'stored', where: 'offline' },
        ],
      },
    ]);
  });

  test('2.2: the result of the batch is sent', async () => {
    const scene = await onStage();
    const told = scene.link.sent.flatMap((iq) => child(iq, 'hello', NS.feed) ?? [])[0];
    const batch = child(facts, 'facts', NS.feed);
    if (batch !== undefined) batch.attrs['secret'] = told?.attrs['secret'];
    expect(treeOf(await scene.ask(facts))).toEqual(treeOf(taken));
  });

  test('2.2: the kinds of the table are the kinds that a module may report', () => {
    const kinds = rowsOf('| kind | details |').flatMap(([names = '']) => wordsIn(names));
    expect(kinds.filter(isFactKind)).toEqual(kinds);
    const line = `message\tm1\ta@example.org\tb@x.example\t${kinds.map((kind) => `${kind} 1`).join('\t')}`;
    const asSender = kindsRead(line);
    const asRecipient = kindsRead(line.replace('x.example', 'example.org'));
    expect([...new Set([...asSender, ...asRecipient])].toSorted()).toEqual(kinds.toSorted());
  });
});

test('the limits of 2.2, 2.3 and 2.4 are the ones in the code', () => {
  expect(numbersIn(/ids over (\d+) bytes are not tracked/)).toEqual([MAX_ID_BYTES]);
  expect(numbersIn(/recipient and id have over (\d+) bytes together/)).toEqual([MAX_KEY_BYTES]);
  const batch = numbersIn(/batch holds at most (\d+) items and (\d+) KB of text/);
  expect(batch).toEqual([MAX_BATCH_LINES, MAX_BATCH_BYTES / 1024]);
  expect(numbersIn(/at most (\d+) batches are in flight/i)).toEqual([MAX_BATCHES]);
  expect(numbersIn(/part holds at most (\d+) KB/)).toEqual([MAX_PAGE_BYTES / 1024]);
  expect(numbersIn(/at most (\d+) lines and (\d+) KB/i)).toEqual([
    MAX_ORDERS,
    MAX_PAGE_BYTES / 1024,
  ]);
});

describe('2.3 policies', () => {
  const [asking, told, whole, taken, change, changed] = stanzasIn('2.3 policies');
  const VERSIONS = [versionIn(whole), versionIn(change)];

  test('2.3: policies are sent whole as on the page', async () => {
    const store = openStore('sqlite::memory:');
    await choose(store, 'bob@example.org', {
      policy: 'manual',
      exceptions: { 'carol@example.net': 'client', 'spam.example': 'refuse' },
    });
    await choose(store, 'dave@example.org', { policy: 'refuse' });
    const scene = await onStage({ store });
    scene.link.drop();
    scene.link.sent.length = 0;
    scene.policies.version = versionIn(told) ?? '';
    const [bob = '', ...rest] = child(told, 'policies', NS.feed)?.getText().split('\t') ?? [];
    scene.policies.lines.set(bob, rest.join(' | '));
    await scene.connect();
    await scene.pass(100);
    const [asked, sent] = policiesIn(scene);
    expect(withId(asked, 'p0')).toEqual(treeOf(asking));
    expect(withoutVersion(sent, 'p1')).toEqual(withoutVersion(whole, 'p1'));
  });

  test('2.3: changes of the policies are sent as on the page', async () => {
    const store = openStore('sqlite::memory:');
    await choose(store, 'bob@example.org', { policy: 'manual' });
    const scene = await onStage({ store });
    await scene.pass(100);
    scene.link.drop();
    await choose(store, 'bob@example.org', {});
    await scene.connect();
    await scene.pass(100);
    expect(withoutVersion(policiesIn(scene).at(-1), 'p2')).toEqual(withoutVersion(change, 'p2'));
  });

  test('2.3: the results name the versions of the orders', () => {
    expect([versionIn(taken), versionIn(changed)]).toEqual(VERSIONS);
  });
});

describe('2.4 deliver', () => {
  const [order, answered] = stanzasIn('2.4 deliver');

  test('2.4: a tick is ordered as on the page', async () => {
    const scene = await onStage({ settings: { 'policy.default': 'automatic' } });
    const manual = fact('accepted', 0, { token: '9q1yVb2cTn0e', policy: 'manual' });
    const carols = keyOf('m\n2', undefined, 'carol@example.org' as BareJid);
    await scene.report(keyOf('m1'), accepted(0, { token: 'kX2cWmZb0bqk' }), fact('acked', 1));
    await scene.report(carols, manual, fact('acked', 1));
    await scene.pass(4000);
    const bot = 'receipts@receipts.example.org';
    await scene.say(
      `<message type='chat' from='carol@example.org/x' to='${bot}'><body>yes</body></message>`,
    );
    await scene.pass(2500);
    const lines = child(order, 'deliver', NS.feed)?.getText().split('\n') ?? [];
    expect(scene.ordered.toSorted()).toEqual(lines.toSorted());
    const forbidden = new Map([['policy', 1]]);
    expect(readDelivered(answered)).toEqual({ delivered: 1, forbidden });
  });

  test('2.4: the page lists the reasons for which the module delivers no tick', () => {
    const rows = rowsOf('| reason | the line does not pass because |');
    expect(rows.map(([reason = '']) => wordsIn(reason)[0])).toEqual(TICK_REFUSALS);
  });
});

describe('2.5 may-remind', () => {
  const [order, yes, no] = stanzasIn('2.5 may-remind');

  test('2.5: the module is asked as on the page, and its answers are read', () => {
    const sender = 'alice@example.org';
    const asked = mayRemindElement({ sender, recipient: 'bob@example.org' as BareJid });
    expect(treeOf(asked)).toEqual(treeOf(child(order, 'may-remind', NS.feed) as Element));
    expect([readMayRemind(yes), readMayRemind(no)]).toEqual(['yes', 'policy']);
  });

  test('2.5: the page lists the reasons for which the module says no', () => {
    const rows = rowsOf('| reason | the module says no because |');
    expect(rows.map(([reason = '']) => wordsIn(reason)[0])).toEqual(NO_REMINDER);
  });

  test('3.2: the longest time that a sender can name is the one of 2.2', () => {
    expect(numbersIn(/`within` \(seconds, 1 to (\d+)\)/)).toEqual([MAX_WITHIN]);
    expect(numbersIn(/from one second to (\d+) days/)).toEqual([MAX_WITHIN / 86_400]);
  });
});

describe('3.1 a receipt', () => {
  const [receipt, withMore, inWords] = stanzasIn('3.1 A receipt');

  test('3.1: a receipt is sent as on the page', async () => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(STORED_AT), fact('stored', STORED_AT + 1));
    expect(withId(scene.messages[0], 'r-5f0c1a')).toEqual(treeOf(receipt));
  });

  test('3.1: what waits for long is told in words as on the page', async () => {
    const settings = { 'receipts.text': 'true', 'receipts.gatherTextMs': '0' };
    const scene = await onStage({ settings });
    await scene.report(keyOf('m1'), accepted(STORED_AT), fact('stored', STORED_AT + 1));
    await scene.pass(60_500);
    expect(withId(scene.messages[1], 'r-93bb40')).toEqual(treeOf(inWords));
  });

  test('3.1: a receipt with a number of others is written as on the page', () => {
    const key = keyOf('m1');
    const [at, messageAt] = [T0 + STORED_AT + 1, T0 + STORED_AT];
    const receipts = [{ key, status: 'stored', evidence: 'server', at, messageAt }] as const;
    const parcel = {
      id: 'r-60a7d2',
      to: key.sender,
      audience: 'programs' as const,
      receipts,
      more: 37,
      damaged: 0,
      tries: 0,
    };
    const message = composeReceipts(
      { ...parcel, preferences: {} },
      {
        ...ALL_KNOW_US,
        ...NO_ZONES,
        component: COMPONENT,
        language: 'en',
        rules: RULES,
        now: () => T0 / 1000,
        refusals: { areWordsRefusedBy: () => false },
        keepsForAbsent: () => true,
      },
    );
    expect(treeOf(message)).toEqual(treeOf(withMore));
  });

  test('3.1: the table of statuses has all of them', () => {
    const [, listed = ''] =
      rowsOf('| attribute | meaning |').find(([name]) => name === '`status`') ?? [];
    const statuses = listed.split(', ').map((word) => word.replace(/ \(.*\)$/, '').trim());
    expect(statuses.toSorted()).toEqual(STATUSES.toSorted());
  });
});

test('3.2 the statuses in the example can be asked for', () => {
  const [message] = stanzasIn('3.2 Asking for certain receipts');
  const statuses = child(message, 'report', NS.receipts)?.attrs['statuses']?.split(' ') ?? [];
  expect(statuses).toHaveLength(4);
  expect(statuses.filter(isStatus)).toEqual(statuses);
});

describe('3.3 a query', () => {
  const [asked, answered, refused] = stanzasIn('3.3 Query');

  test('3.3: a query of the sender is answered as on the page', async () => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(STORED_AT), fact('stored', STORED_AT + 1));
    expect(treeOf(await scene.ask(asked))).toEqual(treeOf(answered));
  });

  test('3.3: a query of somebody else is answered as if there were no such message', async () => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(STORED_AT), fact('stored', STORED_AT + 1));
    asked.attrs['from'] = 'mallory@example.org/x';
    expect(treeOf(await scene.ask(asked))).toEqual(treeOf(refused));
    expect(conditionOf(refused)).toBe('item-not-found');
  });
});

describe('3.4 policies', () => {
  test('3.4: the table lists every policy', () => {
    const listed = rowsOf("| policy | the recipient's clients | the sender learns |", 3);
    expect(listed.map(([name = '']) => wordsIn(name)[0])).toEqual([
      'client',
      'automatic',
      'manual',
      'refuse',
    ]);
    expect(POLICIES).toHaveLength(4);
  });
});

describe('3.5 the bot', () => {
  const [said, answered, asked] = stanzasIn('3.5 The bot');

  test('3.5: the bot answers and asks as on the page', async () => {
    const scene = await onStage();
    await scene.say(String(said));
    await scene.pass(100);
    expect(withId(scene.messages[0], 'b1')).toEqual(treeOf(answered));
    await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
    await scene.pass(4000);
    expect(withId(scene.messages[1], 'q-1b2c3d')).toEqual(treeOf(asked));
  });
});

describe('3.6 ad-hoc commands', () => {
  const [list, listed, submit, completed] = stanzasIn('3.6 Ad-hoc commands');

  test('3.6: ad-hoc commands are listed and carried out as on the page', async () => {
    const scene = await onStage({ settings: { 'policy.default': 'manual' } });
    expect(treeOf(await scene.ask(list))).toEqual(treeOf(listed));
    await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
    await scene.pass(4000);
    expect(treeOf(await scene.ask(submit))).toEqual(treeOf(completed));
    await scene.pass(2000);
    expect(scene.told).toEqual(['m1 confirmed']);
  });
});

async function choose(store: Store, account: string, preferences: Preferences): Promise<void> {
  const change = () => preferences;
  await store.preferences.change(account as BareJid, { change, now: T0 / 1000 });
}

function policiesIn(scene: Scene): readonly Element[] {
  return scene.link.sent.filter((iq) => child(iq, 'policies', NS.feed) !== undefined);
}

/** Versions name the store, which is another one each time. */
function withoutVersion(iq: Element | undefined, id: string): Tree | undefined {
  const policies = iq && child(iq, 'policies', NS.feed);
  if (policies === undefined) return undefined;
  policies.attrs['version'] = 'x';
  if (policies.attrs['since'] !== undefined) policies.attrs['since'] = 'x';
  return withId(iq, id);
}

/**
 * The stanzas of a section's blocks. There are more than the tests take apart, or fewer, and the
 * types cannot tell.
 */
function stanzasIn(heading: string): Six {
  const [, section = ''] = PAGE.split(new RegExp(`^##+ ${heading}$`, 'm'));
  const stanzas = blocksOf(section.split(/^##+ /m)[0] ?? '').flatMap(parseXml);
  return stanzas as unknown as Six;
}

type Six = readonly [Element, Element, Element, Element, Element, Element];

function blocksOf(text: string): readonly string[] {
  return [...text.matchAll(/^```xml\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** The cells of the table with that head. */
function rowsOf(head: string, columns = 2): readonly (readonly string[])[] {
  const [, table = ''] = PAGE.split(`${head}\n|${' --- |'.repeat(columns)}\n`);
  const rows = (table.split('\n\n')[0] ?? '').split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The numbers in a sentence of the page, however its lines are broken. */
function numbersIn(sentence: RegExp): readonly number[] {
  const [, ...numbers] = sentence.exec(PAGE.replace(/\s+/g, ' ')) ?? [];
  return numbers.map(Number);
}

function wordsIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

function kindsRead(line: string): readonly string[] {
  return readLines(line, 'example.org').flatMap((read) =>
    read.kind === 'message' ? read.facts.map(({ kind }) => kind) : [],
  );
}

/** Ids that we make up are anything. */
/** Ours is as long as the documented one, and another each time. */
function withSecretOf(documented: Element, said: Element): Element {
  const [shown, ours] = [documented, said].map((iq) => child(iq, 'hello', NS.feed)?.attrs);
  if (ours?.['secret']?.length === shown?.['secret']?.length && ours !== undefined)
    ours['secret'] = shown?.['secret'];
  return said;
}

function withId(stanza: Element | undefined, id: string): Tree | undefined {
  if (stanza === undefined) return undefined;
  stanza.attrs['id'] = id;
  return treeOf(stanza);
}

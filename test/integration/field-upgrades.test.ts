import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { asked, say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { unpackFirstVersion } from '../support/first-version.ts';
import { directUnavailable } from '../support/hiding.ts';
import { type Pair, startPair, type Versions } from '../support/pair.ts';
import { COMPONENT, expectTold, receiptsIn, toldAbout, waitForReceipt } from '../support/stage.ts';
import { until } from '../support/until.ts';

const HOST = 'old.test';
const HOSTS = [{ name: HOST, mam: true }];
/** Nobody's session ends by itself. */
const SERVER = { streamManagement: { hibernationSeconds: 60 } };
const NOTICED_MS = 150;
/** More than the daemon takes to find a server that was started, on a busy machine. */
const TOLD_MS = 45_000;
const LONG = { timeout: 4 * TOLD_MS };

const PAIRS: readonly Versions[] = [
  { daemon: 'first', module: 'today' },
  { daemon: 'today', module: 'first' },
];

let lastName = 0;

beforeAll(unpackFirstVersion);

/** Alice is online, bob has an account; they see each other's presence. */
async function newFriends(pair: Pair): Promise<{ alice: Client; bob: string }> {
  onTestFailed(() => sayLogsOf(pair));
  const name = ++lastName;
  const [alice, bob] = [`alice${name}@${HOST}`, `bob${name}@${HOST}`];
  for (const jid of [alice, bob]) await pair.server.register(jid);
  await pair.server.befriend(alice, bob);
  return { alice: await pair.enter(`${alice}/pc`, { acks: 'off' }), bob };
}

async function sayLogsOf(pair: Pair): Promise<void> {
  console.error(lastLines(pair.log), lastLines(await pair.server.log()));
}

const lastLines = (log: string) => log.split('\n').slice(-50).join('\n');

/** What a query says (docs/protocol.md §3.3). */
async function queried(alice: Client, recipient: string, id: string): Promise<string> {
  const query = element('query', { xmlns: 'xmpp-receipts:1', id, recipient });
  const answer = await alice.request(element('iq', { type: 'get', to: COMPONENT }, query));
  return answer.getChild('query')?.getChild('receipt')?.attrs['status'] ?? 'unknown';
}

describe.each(PAIRS)('the $daemon daemon with the module of $module', ({ daemon, module }) => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await startPair(module, HOSTS, SERVER);
    await pair.startDaemon(daemon);
  });

  afterAll(() => pair?.dispose());

  test('a message that a device has acknowledged is delivered', async () => {
    const { alice, bob } = await newFriends(pair);
    await pair.enter(`${bob}/phone`);
    alice.ask(bob, 'm1');
    await expectTold(alice, 'm1', ['delivered']);
  });

  test('a message to somebody offline is stored, and delivered when they come', async () => {
    const { alice, bob } = await newFriends(pair);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    await pair.enter(`${bob}/phone`);
    await waitForReceipt(alice, 'm1', 'delivered');
    await expectTold(alice, 'm1', ['stored', 'delivered']);
  });

  test('under manual nothing but the yes of the recipient is told', async () => {
    const { alice, bob } = await newFriends(pair);
    const phone = await pair.enter(`${bob}/phone`, { autoReceipt: true });
    await say(phone, 'policy manual');
    alice.ask(bob, 'm1');
    await asked(phone);
    await expectTold(alice, 'm1', ['sent']);
    expect(ticksFor(alice, 'm1')).toEqual([]);
    await say(phone, 'yes');
    await waitForReceipt(alice, 'm1', 'confirmed');
    await expectTold(alice, 'm1', ['sent', 'confirmed']);
  });

  test('under refuse nothing is told, and no answer of the client arrives', async () => {
    const { alice, bob } = await newFriends(pair);
    const phone = await pair.enter(`${bob}/phone`, { autoReceipt: true });
    await say(phone, 'policy refuse');
    alice.ask(bob, 'm1');
    await phone.waitForMessage('m1');
    await expectTold(alice, 'm1', []);
    expect(ticksFor(alice, 'm1')).toEqual([]);
    expect(await queried(alice, bob, 'm1')).toBe('accepted');
  });

  test('a session that broke off and resumes has the message in the end, and nothing is told twice', async () => {
    const { alice, bob } = await newFriends(pair);
    const phone = await pair.enter(`${bob}/phone`);
    phone.die();
    await sleep(NOTICED_MS);
    alice.ask(bob, 'm1');
    await sleep(1000);
    await phone.resume();
    await waitForReceipt(alice, 'm1', 'delivered');
    const told = toldAbout(alice, 'm1');
    expect(told.length).toBe(new Set(told).size);
    expect(told).not.toContain('lost');
    expect(await queried(alice, bob, 'm1')).toBe('delivered');
  });

  test('the daemon has found no fault in what the module says', () => {
    expect(faultsIn(pair)).toEqual([]);
  });
});

/** What a daemon said to its operator. */
function faultsIn({ log }: Pair): readonly string[] {
  const WARN = 40;
  return log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .filter((line) => (JSON.parse(line) as { level: number }).level >= WARN);
}

describe("the first daemon with today's module", () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await startPair('today', HOSTS, SERVER);
    await pair.startDaemon('first');
  });

  afterAll(() => pair?.dispose());

  test('tells nothing of a recipient who hides', async () => {
    const { alice, bob } = await newFriends(pair);
    const phone = await pair.enter(`${bob}/phone`, { autoReceipt: false });
    await directUnavailable(phone, alice);
    alice.ask(bob, 'm1');
    await phone.waitForMessage('m1');
    await expectTold(alice, 'm1', []);
    expect(ticksFor(alice, 'm1')).toEqual([]);
    expect(await queried(alice, bob, 'm1')).toBe('accepted');
  });
});

describe.each(['first', 'today'] as const)(
  "the first module replaced in place by today's, with the daemon of %s",
  (daemon) => {
    let pair: Pair;

    beforeAll(async () => {
      pair = await startPair('first', HOSTS, SERVER);
      await pair.startDaemon(daemon);
    });

    afterAll(() => pair?.dispose());

    test('loses nothing of what a session had not acknowledged', LONG, async () => {
      const { alice, bob } = await newFriends(pair);
      const phone = await pair.enter(`${bob}/phone`, { acks: 'never' });
      alice.ask(bob, 'm1');
      await phone.waitForMessage('m1');
      await pair.upgradeInPlace('today', HOST);
      alice.ask(bob, 'm2');
      await phone.waitForMessage('m2');
      phone.ack();
      for (const id of ['m1', 'm2']) await waitForReceipt(alice, id, 'delivered', TOLD_MS);
    });

    test('goes on with the policies that it held', async () => {
      const { alice, bob } = await newFriends(pair);
      const phone = await pair.enter(`${bob}/phone`, { autoReceipt: true });
      await say(phone, 'policy refuse');
      await pair.upgradeInPlace('today', HOST);
      alice.ask(bob, 'm1');
      await phone.waitForMessage('m1');
      await expectTold(alice, 'm1', []);
      expect(ticksFor(alice, 'm1')).toEqual([]);
    });
  },
);

interface Step {
  readonly update: 'daemon' | 'module';
  readonly to: 'first' | 'today';
}

const FORWARD: readonly Step[] = [
  { update: 'daemon', to: 'today' },
  { update: 'module', to: 'today' },
];
const MODULE_FIRST = FORWARD.toReversed();

describe.each([
  { name: 'the daemon first', steps: FORWARD },
  { name: 'the module first', steps: MODULE_FIRST },
])('an update with a full spool, $name', ({ steps }) => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await startPair('first', HOSTS, SERVER);
    await pair.startDaemon('first');
  });

  afterAll(() => pair?.dispose());

  test('loses nothing, tells nothing twice, and keeps every policy', LONG, async () => {
    const scene = await newScene(pair);
    let daemon: Versions['daemon'] = 'first';
    for (const [index, step] of steps.entries()) {
      await scene.send(`before-${index}`);
      await pair.stopDaemon();
      await scene.send(`away-${index}`);
      if (step.update === 'daemon') daemon = step.to;
      else await pair.restartServer(step.to);
      await pair.startDaemon(daemon);
      await scene.send(`after-${index}`);
    }
    await scene.expectAllRight();
  });
});

/**
 * Somebody who is online, somebody who is not, and somebody who lets nobody know. Alice's sessions
 * acknowledge: a server may lose what it writes to another session while that one ends.
 */
async function newScene(pair: Pair) {
  const { alice: first, bob } = await newFriends(pair);
  const [carol, dave] = [`carol@${HOST}`, `dave@${HOST}`].map((it) => `${++lastName}${it}`);
  const alice = first.bareJid;
  for (const jid of [carol, dave]) {
    await pair.server.register(jid as string);
    await pair.server.befriend(alice, jid as string);
  }
  const ids: string[] = [];
  const seen: Client[] = [];
  await say(await pair.enter(`${dave}/phone`), 'policy refuse');
  await pair.leave();

  async function send(id: string): Promise<void> {
    const client = await pair.enter(`${alice}/pc`);
    const phone = await pair.enter(`${bob}/phone`);
    const refusing = await pair.enter(`${dave}/phone`, { autoReceipt: true });
    seen.push(client);
    ids.push(id);
    client.ask(bob, `${id}-bob`);
    client.ask(carol as string, `${id}-carol`);
    client.ask(dave as string, `${id}-dave`);
    await phone.waitForMessage(`${id}-bob`);
    await refusing.waitForMessage(`${id}-dave`);
    await sleep(300);
    await pair.leave();
  }

  /** A daemon that stops before its server has read a stanza sends it again, with the same id. */
  function told(id: string): readonly string[] {
    const receipts = seen.flatMap(({ received }) => receiptsIn(received));
    const once = new Map(
      receipts
        .filter(({ attrs }) => attrs['id'] === id)
        .map((receipt) => [`${receipt.parent?.attrs['id']} ${receipt.attrs['status']}`, receipt]),
    );
    return [...once.values()].map(({ attrs }) => attrs['status'] ?? '');
  }

  /** What a daemon was sending as it stopped is sent by the next one, up to 10 seconds later. */
  async function untilAllAreTold(of: string, status: string): Promise<void> {
    const areTold = () => ids.every((id) => told(`${id}-${of}`).includes(status));
    await until(areTold, `every message to ${of} is ${status}`, TOLD_MS);
  }

  async function expectAllRight(): Promise<void> {
    const last = await pair.enter(`${alice}/pc`);
    seen.push(last);
    await untilAllAreTold('carol', 'stored');
    await pair.enter(`${carol}/phone`);
    await untilAllAreTold('carol', 'delivered');
    await untilAllAreTold('bob', 'delivered');
    await sleep(1000);
    for (const id of ids) {
      expect(told(`${id}-bob`).join(), `${id}-bob`).toMatch(/^(sent,)?delivered$/);
      expect(told(`${id}-carol`).join(), `${id}-carol`).toBe('stored,delivered');
      expect(told(`${id}-dave`), `${id}-dave`).toEqual([]);
      const ticks = seen.flatMap((client) => ticksFor(client, `${id}-dave`));
      expect(ticks, `${id}-dave`).toEqual([]);
    }
  }
  return { send, expectAllRight };
}

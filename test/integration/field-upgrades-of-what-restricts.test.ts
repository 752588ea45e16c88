import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { asked, say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { unpackFirstVersion } from '../support/first-version.ts';
import { directUnavailable } from '../support/hiding.ts';
import { type Pair, startPair } from '../support/pair.ts';
import { COMPONENT, toldAbout, waitForReceipt } from '../support/stage.ts';

// Facts that say less to an old daemon, because it would tell too much, wait for one that knows
// them.

const HOST = 'old.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
/** Until the server has noticed, it still writes to the dead connection. */
const NOTICED_MS = 150;

/** Nobody's session ends by itself. */
const SERVER = { streamManagement: { hibernationSeconds: 60 } };

let pair: Pair;

beforeAll(unpackFirstVersion);

afterEach(() => pair?.dispose());

/** Alice and bob see each other's presence. Today's module feeds the first daemon. */
async function newPair(): Promise<Client> {
  pair = await startPair('today', [{ name: HOST }], SERVER);
  await pair.startDaemon('first');
  for (const jid of [ALICE, BOB]) await pair.server.register(jid);
  await pair.server.befriend(ALICE, BOB);
  return pair.enter(`${ALICE}/pc`, { acks: 'off' });
}

/** What a query says (docs/protocol.md §3.3). */
async function queried(alice: Client, id: string): Promise<string> {
  const query = element('query', { xmlns: 'xmpp-receipts:1', id, recipient: BOB });
  const answer = await alice.request(element('iq', { type: 'get', to: COMPONENT }, query));
  return answer.getChild('query')?.getChild('receipt')?.attrs['status'] ?? 'unknown';
}

/** The daemon has heard of the message. */
async function expectHeardOf(alice: Client, id: string): Promise<void> {
  await expect.poll(() => queried(alice, id), { timeout: 20_000 }).not.toBe('unknown');
}

describe.each(['runs on', 'is restarted meanwhile'] as const)('when the server %s', (what) => {
  /** The daemon is replaced by today's; alice may have to come again. */
  async function upgrade(alice: Client): Promise<Client> {
    await pair.stopDaemon();
    if (what === 'is restarted meanwhile') await pair.restartServer('today');
    await pair.startDaemon('today');
    return what === 'runs on' ? alice : pair.enter(`${ALICE}/pc`, { acks: 'off' });
  }

  test('a recipient who hides and decides is asked after an upgrade of the daemon', async () => {
    const before = await newPair();
    const phone = await pair.enter(`${BOB}/phone`, { autoReceipt: true });
    await say(phone, 'policy manual');
    await directUnavailable(phone, before);
    before.ask(BOB, 'm1');
    await phone.waitForMessage('m1');
    await say(phone, 'policy');
    await expectHeardOf(before, 'm1');
    const alice = await upgrade(before);
    const asking = what === 'runs on' ? phone : await pair.enter(`${BOB}/phone`);
    await asked(asking);
    expect([...toldAbout(before, 'm1'), ...toldAbout(alice, 'm1')]).toEqual([]);
    expect(ticksFor(alice, 'm1')).toEqual([]);
    await say(asking, 'yes');
    await waitForReceipt(alice, 'm1', 'confirmed');
    expect(toldAbout(alice, 'm1')).toEqual(['confirmed']);
  });
});

test('a message to a phone that sleeps is told as stored after an upgrade of the daemon', async () => {
  const alice = await newPair();
  const phone = await pair.enter(`${BOB}/phone`);
  phone.die();
  await sleep(NOTICED_MS);
  alice.ask(BOB, 'm1');
  await expectHeardOf(alice, 'm1');
  await pair.stopDaemon();
  await pair.startDaemon('today');
  await waitForReceipt(alice, 'm1', 'stored');
  await phone.resume();
  await waitForReceipt(alice, 'm1', 'delivered');
  expect(toldAbout(alice, 'm1').join()).toMatch(/^(sent,)?stored,delivered$/);
});

test('a message that only such a phone would have had is lost, and told, if the server was killed', async () => {
  const before = await newPair();
  const phone = await pair.enter(`${BOB}/phone`);
  phone.die();
  await sleep(NOTICED_MS);
  before.ask(BOB, 'm1');
  await expectHeardOf(before, 'm1');
  await pair.server.kill();
  await pair.server.start();
  const alice = await pair.enter(`${ALICE}/pc`, { acks: 'off' });
  alice.ask(BOB, 'm2');
  await expectHeardOf(alice, 'm2');
  await pair.stopDaemon();
  await pair.startDaemon('today');
  await waitForReceipt(alice, 'm1', 'lost');
});

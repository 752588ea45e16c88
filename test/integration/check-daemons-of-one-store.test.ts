import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../../src/operator/cli/api-client.ts';
import type { StatusAnswer } from '../../src/operator/http/status-route.ts';
import { type Element, element } from '../../src/protocol/xml.ts';
import { ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { Postgres } from '../support/postgres.ts';
import { introduce } from '../support/server.ts';
import { AFTER_GRACE_MS, GRACE_MS } from '../support/stage.ts';
import { until } from '../support/until.ts';

const [HERE, THERE] = ['here.test', 'there.test'];
const ALICE = `alice@${HERE}`;
const BOB = `bob@${THERE}`;
const BOT_HERE = `receipts@receipts.${HERE}`;
const BOT_THERE = `receipts@receipts.${THERE}`;
const STANDS_BY = 'this daemon stands by';

const EXPIRE_MS = 15_000;
const RECEIPTS = { graceMs: GRACE_MS, maxPerMinute: 600, expireAfterMs: EXPIRE_MS };
const QUESTIONS = { gatherMs: 0, perHour: 3600 };

describe('two daemons, each with the component of its own server, on one store', () => {
  let postgres: Postgres;
  let store: string;
  let here: OperatorStage;
  let there: OperatorStage;
  let standby: DaemonProcess;
  let alice: Client;
  let bob: Client;

  beforeAll(async () => {
    postgres = await Postgres.start();
    store = await postgres.database();
    [here, there] = [await stageAt(HERE), await stageAt(THERE)];
    await introduce(here.server, there.server);
    await here.server.register(ALICE);
    await there.server.register(BOB);
    for (const { server } of [here, there]) await server.befriend(ALICE, BOB);
    await here.daemon.start();
    await there.daemon.start();
    standby = await standbyOf(here);
    alice = await login({ jid: `${ALICE}/pc`, port: here.server.ports.c2s });
    bob = await enter();
  });

  afterAll(async () => {
    await Promise.all([alice?.close(), bob?.close()]);
    await standby?.end('SIGKILL');
    await here?.dispose();
    await there?.dispose();
    await postgres?.stop();
  });

  function stageAt(host: string): Promise<OperatorStage> {
    const settings = { store, receipts: RECEIPTS, questions: QUESTIONS };
    return OperatorStage.start({
      hosts: [{ name: host }],
      component: `receipts.${host}`,
      settings,
    });
  }

  const enter = () => login({ jid: `${BOB}/phone`, port: there.server.ports.c2s });

  async function allow(policy: string): Promise<void> {
    const ask = new ApiClient(socketOf(there));
    await ask.send('PUT', '/api/policy', { user: BOB, policy });
  }

  test('see each other', async () => {
    await expect.poll(async () => (await statusOf(here)).daemons.members.length).toBe(2);
    const { members, differences } = (await statusOf(there)).daemons;
    expect(members).toMatchObject([
      { component: `receipts.${HERE}`, domains: [HERE], isServed: true },
      { component: `receipts.${THERE}`, domains: [THERE], isServed: true },
    ]);
    expect(differences).toEqual([]);
  });

  test('under automatic, the tick comes from there and the receipts from here, each once', async () => {
    await allow('automatic');
    alice.ask(BOB, 'automatic');
    await until(() => ticksFor(alice, 'automatic').length > 0, 'the tick');
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(alice, 'automatic')).toEqual([BOB]);
    expectOnceFromHere(alice, 'automatic');
  });

  test('under client, the answer of the recipient’s client is enough', async () => {
    await allow('client');
    alice.ask(BOB, 'client');
    await bob.waitForMessage('client');
    bob.answer(`${ALICE}/pc`, 'client');
    await until(() => ticksFor(alice, 'client').length > 0, 'the answer');
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(alice, 'client')).toHaveLength(1);
    expectOnceFromHere(alice, 'client');
  });

  test('under manual, the recipient is asked there, and a yes is told here', async () => {
    await allow('manual');
    alice.ask(BOB, 'manual');
    const question = await bob.waitFor((stanza) => isWritten(stanza, BOT_THERE, /Answer yes/));
    expect(question.attrs['to']).toContain(BOB);
    bob.send(element('message', { to: BOT_THERE, type: 'chat' }, element('body', {}, 'yes')));
    await until(() => ticksFor(alice, 'manual').length > 0, 'the tick');
    expectOnceFromHere(alice, 'manual');
  });

  test('under refuse, which only the daemon there was told of, the sender here learns nothing', async () => {
    await allow('refuse');
    alice.ask(BOB, 'refused');
    await bob.waitForMessage('refused');
    bob.answer(`${ALICE}/pc`, 'refused');
    bob.ask(ALICE, 'after');
    await alice.waitForMessage('after');
    await sleep(AFTER_GRACE_MS);
    expect(ticksFor(alice, 'refused')).toEqual([]);
    expect(toldAbout(alice, 'refused')).toEqual([]);
  });

  test('what the sender may know only as accepted ends after the limit also for who asks here, by query and bot', async () => {
    const asking = { xmlns: 'xmpp-receipts:1', id: 'refused', recipient: BOB };
    const iq = { type: 'get', to: `receipts.${HERE}` };
    const answer = async () =>
      String(await alice.request(element('iq', iq, element('query', asking))));
    expect(await answer()).toContain('status="accepted"');
    await expect.poll(answer, { timeout: 3 * EXPIRE_MS }).toContain('status="expired"');
    const words = element('body', {}, `status ${BOB}`);
    alice.send(element('message', { to: BOT_HERE, type: 'chat' }, words));
    await alice.waitFor((stanza) => isWritten(stanza, BOT_HERE, /no more news/i));
    expect(toldAbout(alice, 'refused')).toEqual([]);
  });

  test('when the daemon here is killed, what the server there reports is told by the one that stood by', async () => {
    await allow('client');
    await bob.close();
    const since = performance.now();
    await here.daemon.end('SIGKILL');
    alice.ask(BOB, 'killed');
    await until(() => toldAbout(alice, 'killed').some(({ status }) => status === 'stored'), 'it');
    const seconds = (performance.now() - since) / 1000;
    process.stdout.write(`killed: told after ${seconds.toFixed(1)} s (${here.server.kind})\n`);
    await until(() => standby.output.includes('connected'), 'the daemon that stood by');
    await sleep(AFTER_GRACE_MS);
    expectOnceFromHere(alice, 'killed');
  });

  test('a setting in which they differ is named by both, and the stricter holds for all', async () => {
    await there.daemon.end();
    await there.write({
      domains: [THERE],
      store,
      receipts: RECEIPTS,
      questions: QUESTIONS,
      policy: { default: 'refuse' },
    });
    await there.daemon.start();
    const about = 'daemons of this store differ in \\"policy.default\\"';
    await until(() => there.daemon.output.includes(about), 'the line there');
    await until(() => standby.output.includes(about), 'the line here');
    expect((await statusOf(there)).daemons.differences).toEqual([
      {
        setting: 'policy.default',
        values: { [`receipts.${HERE}`]: 'client', [`receipts.${THERE}`]: 'refuse' },
        holds: 'refuse',
      },
    ]);
    expect(await found()).toContain('settings-differ');
  });

  test('a daemon that will not come back counts until it is forgotten', async () => {
    await standby.end();
    const forget = () => there.run('members', 'forget', `receipts.${HERE}`);
    await expect.poll(found).toContain('member-silent');
    expect((await there.run('members', 'list')).out).toContain(
      `receipts.${HERE} (${HERE}): silent`,
    );
    expect(await forget()).toMatchObject({ code: 0, errors: '' });
    expect(await found()).not.toContain('settings-differ');
    expect((await forget()).errors).toContain(`no daemon of this store serves receipts.${HERE}`);
  });

  /** The names of what `check` finds there. */
  async function found(): Promise<readonly string[]> {
    const { out } = await there.run('check', '--json');
    return (JSON.parse(out) as readonly { name: string }[]).map(({ name }) => name);
  }

  /** With settings of its own: it answers at another socket. */
  async function standbyOf({ settingsFile, folder }: OperatorStage): Promise<DaemonProcess> {
    const environment = { XMPP_RECEIPTS_HTTP_SOCKET: join(folder, 'standby.sock') };
    const daemon = new DaemonProcess(environment, { words: ['--config', settingsFile] });
    await daemon.start(STANDS_BY);
    return daemon;
  }
});

function socketOf({ folder }: OperatorStage): string {
  return join(folder, 'receipts.sock');
}

function statusOf(stage: OperatorStage): Promise<StatusAnswer> {
  return new ApiClient(socketOf(stage)).get('/api/status');
}

interface Told {
  readonly status: string;
  readonly by: string;
}

function toldAbout(client: Client, id: string): readonly Told[] {
  return client.received.flatMap((stanza) =>
    stanza
      .getChildren('receipt', 'xmpp-receipts:1')
      .filter(({ attrs }) => attrs['id'] === id)
      .map(({ attrs }) => ({ status: attrs['status'] ?? '', by: stanza.attrs['from'] ?? '' })),
  );
}

function expectOnceFromHere(client: Client, id: string): void {
  const told = toldAbout(client, id);
  expect(told.filter(({ by }) => by !== BOT_HERE)).toEqual([]);
  const statuses = told.map(({ status }) => status);
  expect(new Set(statuses).size).toBe(statuses.length);
}

function isWritten(stanza: Element, by: string, words: RegExp): boolean {
  return stanza.attrs['from'] === by && words.test(stanza.getChildText('body') ?? '');
}

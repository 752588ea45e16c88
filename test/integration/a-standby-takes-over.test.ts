import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../src/operator/cli/api-client.ts';
import type { StandbyAnswer, StatusAnswer } from '../../src/operator/http/status-route.ts';
import { type Client, login } from '../support/client.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import { Postgres } from '../support/postgres.ts';
import { type Server, startServer } from '../support/server.ts';
import { COMPONENT, toldAbout, waitForReceipt } from '../support/stage.ts';
import { until } from '../support/until.ts';

const HOST = 'company.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const STANDS_BY = 'this daemon stands by';

/** A lease is over after six seconds; the rest is for a busy machine. */
const SECONDS_AT_MOST = 25;

let postgres: Postgres;
let server: Server;
let folder: string;
let address: string;
let alice: Client;
let [serving, standby]: readonly [Node, Node] = [] as never;

/** A daemon, and where it can be asked. */
interface Node {
  readonly daemon: DaemonProcess;
  readonly api: ApiClient;
}

beforeAll(async () => {
  postgres = await Postgres.start();
  address = await postgres.database();
  folder = await mkdtemp(join(tmpdir(), 'standby-'));
  server = await startServer({
    hosts: [{ name: HOST }],
    components: [{ domain: COMPONENT, secret: 'secret' }],
    receipts: { receipts_component: COMPONENT },
  });
  for (const account of [ALICE, BOB]) await server.register(account);
  await server.befriend(ALICE, BOB);
  alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
  [serving, standby] = [node('first'), node('second')];
  await serving.daemon.start();
  await standby.daemon.start(STANDS_BY);
});

afterAll(async () => {
  for (const { daemon } of [serving, standby]) await daemon?.end('SIGKILL');
  await alice?.close();
  await server?.dispose();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

function node(name: string): Node {
  const socket = join(folder, `${name}.sock`);
  const daemon = new DaemonProcess({
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${server.ports.component}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: HOST,
    XMPP_RECEIPTS_STORE: address,
    XMPP_RECEIPTS_HTTP_SOCKET: socket,
  });
  return { daemon, api: new ApiClient(socket) };
}

function statusOf({ api }: Node): Promise<StandbyAnswer | StatusAnswer> {
  return api.get('/api/status');
}

test('a daemon that stands by says so and who serves, and answers nothing else', async () => {
  const found = await statusOf(standby);
  expect(found).toMatchObject({ state: 'standby', component: COMPONENT });
  expect((found as StandbyAnswer).holder).toContain(`:${serving.daemon.pid}:`);
  expect(await statusOf(serving)).toMatchObject({ state: 'serving', link: { isOnline: true } });
  await expect(standby.api.get('/api/waiting')).rejects.toThrow(
    `serves ${COMPONENT}. Ask that one`,
  );
  expect(standby.daemon.output).not.toContain('connected');
});

test('when the daemon stops in order, the one that stands by serves at once', async () => {
  await takenOverAfter('stopped', ({ daemon }) => daemon.end());
});

test('when the daemon is killed, its receipts leave through the one that stands by', async () => {
  await takenOverAfter('killed', ({ daemon }) => daemon.end('SIGKILL'));
});

test('when the daemon is frozen, its receipts leave through the one that stands by, and woken it ends', async () => {
  const frozen = serving.daemon;
  await takenOverAfter(
    'frozen',
    async () => frozen.signal('SIGSTOP'),
    async () => {
      frozen.signal('SIGCONT');
      expect(await frozen.ended()).toBe(69);
      expect(frozen.output).toContain('another daemon has taken over the store');
    },
  );
});

test('nothing was told twice, and only the one that woke was replaced', () => {
  for (const how of ['stopped', 'killed', 'frozen'])
    expect(toldAbout(alice, how)).toEqual(['stored']);
  const said = [serving, standby].map(({ daemon }) => daemon.output).join('');
  expect(said.split('another connection took the name').length - 1).toBeLessThanOrEqual(1);
});

/** The one that serves goes; then the other one serves, and the first comes back as standby. */
async function takenOverAfter(
  how: string,
  leave: (node: Node) => Promise<void>,
  comeBack = async () => {},
): Promise<void> {
  const [left, next] = [serving, standby];
  const since = performance.now();
  const heard = next.daemon.output.length;
  await leave(left);
  alice.ask(BOB, how);
  await waitForReceipt(alice, how, 'stored', 60_000);
  const seconds = (performance.now() - since) / 1000;
  process.stdout.write(`${how}: a receipt left after ${seconds.toFixed(1)} s (${server.kind})\n`);
  expect(seconds).toBeLessThan(SECONDS_AT_MOST);
  await until(() => next.daemon.output.slice(heard).includes('connected'), 'the other daemon');
  await comeBack();
  await left.daemon.start(STANDS_BY);
  [serving, standby] = [next, left];
}

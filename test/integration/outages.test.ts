import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { newestLife } from '../../src/message/life.ts';
import { statusOf } from '../../src/message/status.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { type Client, login } from '../support/client.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import { Postgres } from '../support/postgres.ts';
import { type Server, startServer } from '../support/server.ts';
import { BOT, COMPONENT } from '../support/stage.ts';

const HOST = 'storm.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const CAROL = `carol@${HOST}`;
const RESULT_TIMEOUT = 2;
const AT_ONCE = 50;

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

describe.each([
  ['SQLite', async (folder: string) => `sqlite:${join(folder, 'receipts.db')}`],
  ['PostgreSQL', () => postgres.database()],
])('outages of a daemon whose store is in %s', (name, addressIn) => {
  let server: Server;
  let daemon: DaemonProcess;
  let store: Store;
  let folder: string;
  let address: string;
  let alice: Client;
  let bob: Client;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'receipts-'));
    server = await startServer({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT, receipts_result_timeout: RESULT_TIMEOUT },
      lua: 'limits = {}; c2s_stanza_size_limit = 1024 * 1024',
    });
    for (const jid of [ALICE, BOB, CAROL]) await server.register(jid);
    await server.befriend(ALICE, BOB);
    await server.befriend(ALICE, CAROL);
    address = await addressIn(folder);
    daemon = new DaemonProcess(environmentOf(server, { folder, store: address }));
    await daemon.start();
    store = openStore(address);
    await logIn();
  });

  afterEach(async () => {
    await store.close();
    await daemon.end('SIGKILL');
    await server.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  /** What waits in the server's files; a kill does not undo it. */
  function spoolText(): string {
    const spool = dirname(server.receiptsPath(HOST, 'position'));
    return readdirSync(spool)
      .map((name) => readFileSync(join(spool, name), 'utf8'))
      .join('');
  }

  async function logIn(): Promise<void> {
    alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
    bob = await login({ jid: `${BOB}/phone`, port: server.ports.c2s, autoReceipt: true });
  }

  /** Every second message to bob, who answers, the others to carol, who is offline. */
  async function burst(
    name: string,
    count: number,
  ): Promise<readonly { to: string; id: string }[]> {
    const sent = Array.from({ length: count }, (_, index) => ({
      to: index % 2 === 0 ? BOB : CAROL,
      id: `${name}-${index}`,
    }));
    for (const [index, { to, id }] of sent.entries()) {
      alice.ask(to, id);
      if (index % 100 === 99) await sleep(10);
    }
    return sent;
  }

  async function statusNow(to: string, id: string): Promise<string | undefined> {
    const found = await store.records.find({
      sender: ALICE as BareJid,
      recipient: to as BareJid,
      id,
    });
    const life = found === undefined ? undefined : newestLife(found.tracked.record);
    return life === undefined ? undefined : statusOf(life.facts);
  }

  async function stillWrong(
    messages: readonly { to: string; id: string }[],
  ): Promise<{ to: string; id: string }[]> {
    const wrong = [];
    // No more at once than a store over a network has connections for.
    for (let from = 0; from < messages.length; from += AT_ONCE) {
      const some = messages.slice(from, from + AT_ONCE);
      const statuses = await Promise.all(some.map(({ to, id }) => statusNow(to, id)));
      wrong.push(
        ...some.filter(
          ({ to }, index) => statuses[index] !== (to === BOB ? 'delivered' : 'stored'),
        ),
      );
    }
    return wrong;
  }

  /**
   * Resolves when every message has its right status and every receipt has arrived once: as itself or, where too many waited
   * (docs/protocol.md §3.1), in a number.
   */
  async function expectAllRight(
    sent: readonly { to: string; id: string }[],
    ms = 150_000,
  ): Promise<void> {
    const until = Date.now() + ms;
    let wrong = [...sent];
    while (wrong.length > 0 && Date.now() < until) {
      await sleep(250);
      wrong = await stillWrong(wrong);
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    const stored = sent.filter(({ to }) => to === CAROL).map(({ id }) => id);
    const countTold = () => countIn(stanzasAbout(alice), stored) + countToldAsNumber(alice);
    await waitUntil(() => countTold() >= stored.length, 30_000);
    expect(countTold()).toBe(stored.length);
    const stanzas = stanzasAbout(alice);
    expect(stored.filter((id) => (stanzas.get(id)?.size ?? 0) > 1)).toEqual([]);
  }

  test('after the component was stopped for 10,000 messages, each has its right status', {
    timeout: 240_000,
  }, async () => {
    await daemon.end();
    const sent = await burst('stopped', 10_000);
    await bob.waitUntil(
      (received) => received.some(({ attrs }) => attrs['id'] === 'stopped-9998'),
      60_000,
    );
    await daemon.start();
    await expectAllRight(sent);
  });

  test('after the component was killed in the middle of a burst, each message has its right status', {
    timeout: 200_000,
  }, async () => {
    const sending = burst('killed', 2000);
    for (let kill = 0; kill < 3; kill++) {
      await sleep(60);
      await daemon.end('SIGKILL');
      await daemon.start();
    }
    await expectAllRight(await sending);
  });

  test('after the component was paused for longer than the server waits, each message has its right status', {
    timeout: 200_000,
  }, async () => {
    const first = await burst('before', 50);
    daemon.signal('SIGSTOP');
    const sent = await burst('paused', 1000);
    await sleep(RESULT_TIMEOUT * 1000 + 1500);
    daemon.signal('SIGCONT');
    await expectAllRight([...first, ...sent]);
  });

  if (name === 'PostgreSQL')
    test('after the database was restarted in the middle of a burst, each message has its right status', {
      timeout: 200_000,
    }, async () => {
      const sending = burst('restarted-database', 2000);
      for (let restart = 0; restart < 2; restart++) {
        await sleep(100);
        await postgres.restart();
      }
      await expectAllRight(await sending);
    });

  test('after the module was reloaded in the middle of a burst, each message has its right status', {
    timeout: 200_000,
  }, async () => {
    const sending = burst('reloaded', 2000);
    for (let reload = 0; reload < 3; reload++) {
      await sleep(50);
      await server.reloadModule(HOST, 'receipts');
    }
    await expectAllRight(await sending);
  });

  test('after a restart of the server, each message has its right status', {
    timeout: 200_000,
  }, async () => {
    await daemon.end();
    const sent = await burst('restarted', 200);
    await waitUntil(
      () => bob.received.filter(({ attrs }) => attrs['id']?.startsWith('restarted-')).length >= 100,
    );
    await sleep(300);
    await server.restart();
    await logIn();
    await daemon.start();
    await expectAllRight(sent);
  });

  test('after the server was killed in the middle of a burst, no status is higher than what happened', {
    timeout: 200_000,
  }, async () => {
    await daemon.end();
    const sent = await burst('crashed', 1000);
    await waitUntil(() => spoolText().includes('\tacked '));
    await server.kill();
    const seen = new Set(bob.received.map(({ attrs }) => attrs['id']));
    await server.start();
    await daemon.start();
    await waitUntil(async () => (await statusNow(BOB, 'crashed-0')) === 'delivered');
    await sleep(2000);
    const statuses = await Promise.all(
      sent.map(async ({ to, id }) => ({ to, id, status: await statusNow(to, id) })),
    );
    const delivered = statuses.filter(({ status }) => status === 'delivered');
    expect(delivered.length).toBeGreaterThan(0);
    expect(delivered.filter(({ to, id }) => to !== BOB || !seen.has(id))).toEqual([]);
  });
});

/** The ids of the stanzas that told the client of each message: more than one is telling twice. */
function stanzasAbout(client: Client): ReadonlyMap<string, ReadonlySet<string>> {
  const stanzas = new Map<string, Set<string>>();
  for (const message of client.received.filter(isFromBot)) {
    for (const { attrs } of message.getChildren('receipt', 'xmpp-receipts:1')) {
      const id = attrs['id'] ?? '';
      stanzas.set(id, (stanzas.get(id) ?? new Set()).add(message.attrs['id'] ?? ''));
    }
  }
  return stanzas;
}

function isFromBot(stanza: Element): boolean {
  return stanza.is('message') && stanza.attrs['from'] === BOT;
}

function countIn(stanzas: ReadonlyMap<string, unknown>, ids: readonly string[]): number {
  return ids.filter((id) => stanzas.has(id)).length;
}

/** How many receipts the client knows as a number only; a stanza that came twice counts once. */
function countToldAsNumber(client: Client): number {
  const counts = client.received
    .filter(isFromBot)
    .map((it) => [it.attrs['id'], Number(it.getChild('more')?.attrs['count'] ?? 0)] as const);
  return [...new Map(counts).values()].reduce((sum, count) => sum + count, 0);
}

async function waitUntil(holds: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const until = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error(`did not hold within ${ms} ms`);
    await sleep(50);
  }
}

function environmentOf(
  server: Server,
  { folder, store }: { readonly folder: string; readonly store: string },
): Readonly<Record<string, string>> {
  return {
    XMPP_RECEIPTS_HTTP_SOCKET: join(folder, 'receipts.sock'),
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${server.ports.component}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: HOST,
    XMPP_RECEIPTS_STORE: store,
    XMPP_RECEIPTS_RECEIPTS_MAX_PER_MINUTE: '600',
  };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readPage } from '../docs/pages.ts';
import { login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { HAS_PROMETHEUS, Prometheus, WHERE_PROMETHEUS } from '../support/prometheus.ts';
import { freePorts } from '../support/server/ports.ts';
import { waitForReceipt } from '../support/stage.ts';

const HOST = 'watched.test';
const TOKEN = 'token-of-prometheus';

/** Nothing is refused, dropped or slow in a short run, so these have no data. */
const WITHOUT_DATA = /refused_total|facts_lost|outcome="failed"/;

const DASHBOARD = JSON.parse(readPage('monitoring/grafana/xmpp-receipts.json'));

const QUERIES: readonly string[] = DASHBOARD.panels
  .flatMap(({ targets }: { targets: readonly { expr: string }[] }) => targets)
  .map(({ expr }: { expr: string }) => expr.replaceAll('$__rate_interval', '1m'));

describe.runIf(HAS_PROMETHEUS)(`Prometheus sees the daemon${WHERE_PROMETHEUS}`, () => {
  let stage: OperatorStage;
  let prometheus: Prometheus;
  let target: string;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    target = `127.0.0.1:${port}`;
    const http = { listen: target, token: TOKEN };
    stage = await OperatorStage.start({ hosts: [{ name: HOST }], settings: { http } });
    for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    await stage.daemon.start();
    prometheus = await Prometheus.start([target], TOKEN);
    await writeForAWhile(stage);
  });

  afterAll(async () => {
    await prometheus?.stop();
    await stage?.dispose();
  });

  test.each(QUERIES)('the dashboard asks %s and gets an answer', async (expr) => {
    if (WITHOUT_DATA.test(expr)) return expect(await prometheus.ask(expr)).toEqual([]);
    await vi.waitUntil(async () => (await prometheus.ask(expr)).length > 0, 20_000);
  });

  test('and is told no address of a user', async () => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const text = await (await fetch(`http://${target}/metrics`, { headers })).text();
    expect(text).toContain(`host="${HOST}"`);
    // A node of ejabberd is named like an address, `nonode@nohost`; a user lives at the host.
    expect(text).not.toMatch(/alice|bob|@watched/);
  });

  test('is quiet while all is well, and alerts when the server is away', async () => {
    expect(await prometheus.firing()).toEqual([]);
    await stage.server.stop();
    await vi.waitUntil(
      async () => (await prometheus.firing()).includes('ReceiptsNotConnected'),
      30_000,
    );
  });

  test('alerts when the daemon is away', async () => {
    await stage.daemon.end();
    await vi.waitUntil(async () => (await prometheus.firing()).includes('ReceiptsDown'), 30_000);
  });
});

/** Rates need several scrapes: a message every half second, to one who is away. */
async function writeForAWhile({ server }: OperatorStage): Promise<void> {
  const alice = await login({ jid: `alice@${HOST}/pc`, port: server.ports.c2s });
  for (let number = 0; number < 10; number += 1) {
    alice.ask(`bob@${HOST}`, `m${number}`);
    await waitForReceipt(alice, `m${number}`, 'stored');
    await sleep(500);
  }
}

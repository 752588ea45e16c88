import { describe, expect, onTestFinished, test } from 'vitest';
import { Metrics } from '../../../src/operator/metrics/metrics.ts';
import { openStore } from '../../../src/store/open.ts';
import { StoreUnavailable } from '../../../src/store/store.ts';
import { ApiStage } from '../../support/api.ts';
import { BreakableStore } from '../../support/breakable-store.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';
import { accepted, fact, keyOf } from '../../support/facts.ts';

describe('what Prometheus reads', () => {
  test('has each counter under its noun, with its reason as a label', async () => {
    const { counters, lines } = start();
    counters.count('receipts held: already-told', 3);
    counters.count('receipts sent', 2);
    counters.count('commands refused: locked');
    const read = await lines();
    const held = 'kind="receipt held",reason="already-told"';
    expect(read).toContain(`xmpp_receipts_decisions_total{${held}} 3`);
    expect(read).toContain('xmpp_receipts_receipts_total{outcome="sent"} 2');
    expect(read).toContain('xmpp_receipts_commands_total{outcome="refused",reason="locked"} 1');
  });

  test('counts from zero, so that the first receipt that is given up is seen as a step', async () => {
    const { lines } = start();
    expect(await lines()).toContain('xmpp_receipts_receipts_total{outcome="given up"} 0');
  });

  test.each([
    ['has the module', '1', 1],
    ['does not have it', undefined, 0],
  ])('says of a server that %s whether it has greeted', async (_, version, isGreeted) => {
    const { daemon, lines } = start();
    daemon.scene.module.version = version;
    const greeted = `xmpp_receipts_server_greeted{host="example.org"} ${isGreeted}`;
    await expect.poll(lines, { timeout: 10_000 }).toContain(greeted);
    expect(await lines()).toContain(`xmpp_receipts_ready ${isGreeted}`);
    expect(await lines()).toContain('xmpp_receipts_link_online 1');
  });

  test('has what the module of each host has counted, by kind and reason', async () => {
    const { daemon, lines } = start();
    daemon.scene.module.counts = 'stopped-manual=3 untracked-no-content=0 something-new=4';
    const host = 'host="example.org"';
    const stopped = `xmpp_receipts_module_counts_total{${host},kind="answer stopped",reason="manual"} 3`;
    await expect.poll(lines, { timeout: 10_000 }).toContain(stopped);
    const counts = (await lines()).filter((it) => it.startsWith('xmpp_receipts_module_counts'));
    expect(counts).toEqual([
      stopped,
      `xmpp_receipts_module_counts_total{${host},kind="message not tracked",reason="no content"} 0`,
    ]);
  });

  test('says what waits here', async () => {
    const { daemon, lines } = start();
    daemon.scene.answersPings = false;
    await daemon.report(keyOf('m1'), accepted(), fact('stored', 1));
    expect(await lines()).toContain('xmpp_receipts_backlog{kind="receipts"} 1');
  });

  test('still answers while the store does not, without what waits', async () => {
    const { store, lines } = start();
    store.isBroken = true;
    const text = (await lines()).join('\n');
    expect(text).toContain('xmpp_receipts_link_online 1');
    expect(text).not.toMatch(/^xmpp_receipts_backlog\{/m);
    store.isBroken = false;
    expect((await lines()).join('\n')).toMatch(/^xmpp_receipts_backlog\{/m);
  });

  test('tells how long the store took, and whether it failed', async () => {
    const { counters, lines } = start();
    const failing = () => Promise.reject(new StoreUnavailable('full'));
    await counters.measures.timed('update', async () => undefined);
    await counters.measures.timed('claim', failing).catch(() => undefined);
    const done = 'xmpp_receipts_store_seconds_count{kind="update",outcome="done"} 1';
    expect(await lines()).toContain(done);
    const failed = 'xmpp_receipts_store_seconds_count{kind="claim",outcome="failed"} 1';
    expect(await lines()).toContain(failed);
  });

  test('needs the token by TCP, as it tells how much is written here', async () => {
    const stage = await ApiStage.open(start().daemon.operator);
    onTestFinished(() => stage.close());
    expect((await stage.fetch('/metrics')).status).toBe(401);
    const answer = await stage.ask('/metrics');
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    expect(await answer.text()).toContain('process_resident_memory_bytes');
  });
});

/** A daemon at work, its counters, and what Prometheus reads of it. */
function start() {
  const store = new BreakableStore(openStore('sqlite::memory:'));
  const daemon = new DaemonAtWork({ store: store.store });
  onTestFinished(() => daemon.stop());
  const { counters } = daemon.scene.daemon;
  const metrics = new Metrics({ operator: daemon.operator, counters });
  const lines = async () => (await metrics.text()).split('\n');
  return { daemon, store, counters, lines };
}

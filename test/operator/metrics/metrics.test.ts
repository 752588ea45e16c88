import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../src/operator/metrics/metrics.ts';
import { type Store, StoreUnavailable } from '../../../src/store/store.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { ApiStage } from '../../support/api.ts';
import { operatorWith, STATUS } from '../../support/operator.ts';

describe('what Prometheus reads', () => {
  test('has each counter under its noun, with its reason as a label', async () => {
    const counts = { 'receipts held: told': 3, 'receipts sent': 2, 'commands refused: locked': 1 };
    const lines = await linesWith({ state: () => ({ ...STATUS, counts }) });
    expect(lines).toContain('xmpp_receipts_decisions_total{kind="receipt held",reason="told"} 3');
    expect(lines).toContain('xmpp_receipts_receipts_total{outcome="sent"} 2');
    expect(lines).toContain('xmpp_receipts_commands_total{outcome="refused",reason="locked"} 1');
  });

  test('counts from zero, so that the first receipt that is given up is seen as a step', async () => {
    expect(await linesWith({})).toContain('xmpp_receipts_receipts_total{outcome="given up"} 0');
  });

  test('says of each server whether it has greeted, and what waits here', async () => {
    const lines = await linesWith({});
    expect(lines).toContain('xmpp_receipts_link_online 1');
    expect(lines).toContain('xmpp_receipts_ready 0');
    expect(lines).toContain('xmpp_receipts_server_greeted{host="example.org"} 0');
    expect(lines).toContain('xmpp_receipts_backlog{kind="ticks"} 2');
  });

  test('still answers while the store does not, without what waits', async () => {
    const status = () => Promise.reject(new StoreUnavailable('disk I/O error'));
    const text = (await linesWith({ status })).join('\n');
    expect(text).toContain('xmpp_receipts_link_online 1');
    expect(text).not.toMatch(/^xmpp_receipts_backlog\{/m);
  });

  test('tells how long the store took, and whether it failed', async () => {
    const counters = new Counters();
    const failing: Store['records']['find'] = () => Promise.reject(new StoreUnavailable('full'));
    await counters.measures.timed('update', async () => undefined);
    await counters.measures.timed('claim', () => failing({} as never)).catch(() => undefined);
    const lines = await linesWith({}, counters);
    expect(lines).toContain('xmpp_receipts_store_seconds_count{kind="update",outcome="done"} 1');
    expect(lines).toContain('xmpp_receipts_store_seconds_count{kind="claim",outcome="failed"} 1');
  });

  test('needs the token by TCP, as it tells how much is written here', async () => {
    const stage = await ApiStage.open(operatorWith({}));
    expect((await stage.fetch('/metrics')).status).toBe(401);
    const answer = await stage.ask('/metrics');
    expect(answer.headers.get('content-type')).toContain('version=0.0.4');
    expect(await answer.text()).toContain('process_resident_memory_bytes');
    await stage.close();
  });
});

async function linesWith(
  verbs: Parameters<typeof operatorWith>[0],
  counters = new Counters(),
): Promise<readonly string[]> {
  const metrics = new Metrics({ operator: operatorWith(verbs), counters });
  return (await metrics.text()).split('\n');
}

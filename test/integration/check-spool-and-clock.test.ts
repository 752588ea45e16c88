import { afterEach, describe, expect, test } from 'vitest';
import { login } from '../support/client.ts';
import { check, paste } from '../support/doctor.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { setClock } from '../support/server/clock.ts';
import { COMPONENT } from '../support/stage.ts';

const HOST = 'doctor.test';
const HOSTS = [{ name: HOST, mam: true }];
/** The least that may be set. */
const SPOOL_BYTES = 64 * 1024;
/** So that a line of facts has about 400 bytes. */
const LONG = 'x'.repeat(200);
/** Somewhat more than half of the spool. */
const SOME = 110;
/** More than the spool may hold. */
const MANY = 300;
const HOUR = 3600;

// Some of these start a server twice.
describe('check', { timeout: 120_000 }, () => {
  let stage: OperatorStage;

  afterEach(() => stage?.dispose());

  async function sendFacts(count: number): Promise<void> {
    const alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
    for (let index = 0; index < count; index++) alice.ask(`bob@${HOST}`, `${index}-${LONG}`);
    await alice.close();
  }

  async function startNarrow(): Promise<void> {
    stage = await OperatorStage.start({
      hosts: HOSTS,
      server: {
        receipts: { receipts_component: COMPONENT, receipts_spool_limit: SPOOL_BYTES },
        lua: 'limits = {}',
      },
    });
    for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
  }

  const doubts = async () => (await check(stage)).doubts;

  test('says that the spool fills, and with the lines that it gives the spool is large enough', async () => {
    await startNarrow();
    expect(await doubts()).toEqual([]);
    await sendFacts(SOME);
    await expect.poll(doubts, { timeout: 20_000 }).toEqual(['spool-filling']);
    await paste(stage, (await check(stage)).finding('spool-filling').paste ?? {});
    expect(await doubts()).toEqual([]);
  });

  test('says that facts were lost, and when', async () => {
    await startNarrow();
    await sendFacts(MANY);
    await expect.poll(doubts, { timeout: 20_000 }).toContain('facts-lost');
    const found = await check(stage);
    expect(found.finding('facts-lost').seen).toMatch(/facts were dropped \d+ seconds ago/);
    expect(found.code).toBe(0);
  });

  test.each([HOUR, -HOUR])(
    'says that the clock of the server is %i seconds ahead',
    async (seconds) => {
      stage = await OperatorStage.start({ hosts: HOSTS, server: { hasOwnClock: true } });
      expect((await check(stage)).doubts).toEqual([]);
      await setClock(stage.server.folder, seconds);
      const { seen } = (await check(stage)).finding('clocks-apart');
      expect(Number(/\d+/.exec(seen)?.[0])).toBeGreaterThanOrEqual(HOUR - 5);
      expect(seen).toContain(seconds > 0 ? 'ahead of ours' : 'behind ours');
      await setClock(stage.server.folder, 0);
      expect((await check(stage)).doubts).toEqual([]);
    },
  );
});

import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BEATS, LOOKS_EVERY, Pulse } from '../../../src/operator/page/pulse.ts';
import { accepted, fact, keyOf, SECOND, T0 } from '../../support/facts.ts';
import { onStage, type Scene } from '../../support/scene.ts';

/** A daemon, and the curves that the page draws of it. Only the clock of the stage moves. */
async function start(): Promise<{ scene: Scene; pulse: Pulse }> {
  const scene = await onStage();
  await scene.report(keyOf('before'), accepted(), fact('stored', 1));
  await scene.pass(60_000);
  const pulse = new Pulse({
    operator: scene.daemon.operator,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => pulse.stop());
  return { scene, pulse };
}

function reportStored(scene: Scene, { id, secondsAgo }: { id: string; secondsAgo: number }) {
  const at = scene.now - T0 - secondsAgo * SECOND;
  return scene.report(keyOf(id), accepted(at - 1), fact('stored', at));
}

describe('the curves of the page', () => {
  test('show what was counted since the last look, by the second', async () => {
    const { scene, pulse } = await start();
    for (let n = 0; n < 10; n++) await reportStored(scene, { id: `m${n}`, secondsAgo: 0 });
    await scene.pass(2 * LOOKS_EVERY);
    expect(pulse.beats).toMatchObject([
      { facts: 2, receipts: 2 },
      { facts: 0, receipts: 0 },
    ]);
  });

  test('show the median lag of the receipts that were made since the last look', async () => {
    const { scene, pulse } = await start();
    for (const secondsAgo of [1, 2, 30])
      await reportStored(scene, { id: `m${secondsAgo}`, secondsAgo });
    await scene.pass(2 * LOOKS_EVERY);
    expect(pulse.beats.map(({ lag }) => lag)).toEqual([expect.closeTo(2, 1), undefined]);
  });

  test('keep the last ten minutes', async () => {
    const { scene, pulse } = await start();
    await scene.pass(LOOKS_EVERY * (BEATS + 3));
    expect(pulse.beats).toHaveLength(BEATS);
  });
});

import { expect, test } from 'vitest';
import { accepted, DAY, fact, HOUR, keyOf, T0 } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';
import { SILENT, saidBy, say, WATCHED, watched } from '../support/watched.ts';

const A_MINUTE = 60_000;
const DAY_MS = 86_400_000;
const STEPS = [
  ['an hour back', -DAY_MS / 24],
  ['ten years back', -3653 * DAY_MS],
  ['a day ahead', DAY_MS],
] as const;

/** Between 59 and 63 seconds after the message, whatever clocks say. */
async function expectInTime(scene: Scene): Promise<void> {
  await scene.pass(39_000);
  expect(saidBy(scene)).toEqual([]);
  await scene.pass(4000);
  expect(saidBy(scene)).toHaveLength(1);
  await scene.pass(3 * A_MINUTE);
  expect(saidBy(scene)).toHaveLength(1);
}

test.each(STEPS)(
  'a notice comes in time when the clock of our machine is set %s',
  async (_, step) => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED));
    await scene.pass(20_000);
    scene.setOurClock(step);
    await expectInTime(scene);
  },
);

test.each(STEPS)(
  'a notice comes in time when the clock of the server is set %s, as its hello says',
  async (_, step) => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED));
    await scene.pass(20_000);
    scene.module.clockAhead = step * 1000;
    await scene.greet();
    await expectInTime(scene);
  },
);

test.each(STEPS)(
  'a notice comes in time when the clock of the server is set %s, as a fact says',
  async (_, step) => {
    const scene = await onStage({ settings: SILENT });
    await scene.report(keyOf('m1'), accepted(0, WATCHED));
    await scene.pass(20_000);
    const at = scene.now;
    await scene.report(keyOf('m2'), { ...accepted(), at, time: at + step * 1000 });
    await expectInTime(scene);
  },
);

test('a sign in time brings no notice, though the clock of the server says another day', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), accepted(0, WATCHED));
  await scene.pass(20_000);
  const at = scene.now;
  await scene.report(keyOf('m1'), { ...fact('displayed', 0), at, time: at - DAY });
  await scene.pass(3 * A_MINUTE);
  expect(saidBy(scene)).toEqual([]);
});

test('a notice names its message by the time that the clock of the server said then', async () => {
  const scene = await onStage({ settings: SILENT });
  await scene.report(keyOf('m1'), { ...accepted(0, WATCHED), time: T0 + 2 * HOUR });
  scene.module.clockAhead = -HOUR;
  await scene.greet();
  await scene.pass(A_MINUTE + 3000);
  expect(saidBy(scene)[0]).toContain('your message of 13:00 UTC; you gave it 1 minute');
});

test('"wait" after the clock of our machine was set waits as long as it says', async () => {
  const scene = await watched({});
  scene.setOurClock(-DAY_MS);
  expect(await say(scene, 'wait 20 seconds')).toContain('I tell you if there is no sign by');
  await scene.pass(18_000);
  expect(saidBy(scene)).toHaveLength(1);
  await scene.pass(6000);
  expect(saidBy(scene)).toHaveLength(2);
});

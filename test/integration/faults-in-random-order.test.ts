import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf } from '../faults/plan.ts';
import { Run } from '../faults/run.ts';
import { startWorld } from '../faults/start-world.ts';
import type { World } from '../faults/world.ts';
import { SERVER_KIND } from '../support/server.ts';

/** With its first rounds it kills daemon and server, and cuts links of both kinds. */
const SEED = 3113;
const ROUNDS = 6;

let world: World;

beforeAll(async () => {
  world = await startWorld({ server: SERVER_KIND, store: 'sqlite' });
});

afterAll(() => world?.dispose());

test('the short run kills the daemon and the server, and cuts links of the daemon and of clients', () => {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => planOf(SEED, round, 'sqlite'));
  expect(rounds.flat()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ what: 'kill', on: 'daemon' }),
      expect.objectContaining({ what: 'kill', on: 'server' }),
      expect.objectContaining({ what: 'cut', link: 'component' }),
      expect.objectContaining({ what: 'cut', link: expect.stringContaining('/') }),
    ]),
  );
});

test('after faults in random order nothing that was told is wrong, nothing is told twice, and nothing is lost', {
  timeout: 400_000,
}, async () => {
  const said: string[] = [];
  const run = new Run(world, {
    seed: SEED,
    store: 'sqlite',
    from: 0,
    to: ROUNDS,
    settleEvery: 3,
    tryEvery: 6,
    say: (line) => said.push(line),
  });
  await run.all();
  expect(run.anomalies, said.join('\n')).toEqual([]);
  expect(run.counts['rounds']).toBe(ROUNDS);
  expect(run.counts['withhold']).toBe(2);
  expect(run.counts['messages watched']).toBe(ROUNDS);
  expect(run.counts['notices']).toBeGreaterThan(0);
  expect(run.counts['lines in words']).toBeGreaterThan(0);
  const trials = ['tried: the disk is full', 'not tried: the disk is full'];
  expect(trials.some((trial) => run.counts[trial] === 1)).toBe(true);
  expect(run.counts['send']).toBeGreaterThan(2 * ROUNDS);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { planOf } from '../faults/cluster/plan.ts';
import { ClusterRun } from '../faults/cluster/run.ts';
import { type ClusterWorld, startCluster } from '../faults/cluster/world.ts';

const SEED = 161;
const ROUNDS = 3;
const NODES = 2;

let world: ClusterWorld;

beforeAll(async () => {
  world = await startCluster(NODES);
});

afterAll(() => world?.dispose());

test('the short run kills a node and the daemon, and moves the stream', () => {
  const deeds = Array.from({ length: ROUNDS }, (_, round) => planOf(SEED, round, NODES)).flat();
  for (const what of ['kill', 'daemon', 'move'])
    expect(deeds).toContainEqual(expect.objectContaining({ what }));
});

test('while a cluster is struck no confirmed policy leaks, nothing is told twice, goes back or is lost', {
  timeout: 200_000,
}, async () => {
  const said: string[] = [];
  const run = new ClusterRun(world, {
    seed: SEED,
    from: 0,
    to: ROUNDS,
    nodes: NODES,
    say: (line) => said.push(line),
  });
  await run.all();
  expect(world.watch.found, said.join('\n')).toEqual([]);
  expect(run.tally['rounds']).toBe(ROUNDS);
  expect(run.tally['confirmed']).toBeGreaterThan(0);
  expect(run.tally['answers under a promise']).toBeGreaterThan(0);
});

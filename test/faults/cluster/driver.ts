import { parseArgs } from 'node:util';
import { planOf } from './plan.ts';
import { ClusterRun, type Tally } from './run.ts';
import { type ClusterWorld, startCluster } from './world.ts';

const USAGE = `npm run test:faults -- --server ejabberd-cluster [--seed N] [--rounds N] [--from ROUND]
    [--nodes 2|3] [--plan]
  --from    the first round: the same seed gives the same rounds
  --plan    prints what would be done, and does nothing`;

const EXIT = { anomalies: 1, usage: 64, stopped: 130 } as const;

interface Options {
  readonly seed: number;
  readonly from: number;
  readonly rounds: number;
  readonly nodes: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      server: { type: 'string' },
      seed: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '20' },
      from: { type: 'string', default: '0' },
      nodes: { type: 'string', default: '3' },
      plan: { type: 'boolean', default: false },
    },
  });
  const { seed, rounds, from, nodes } = values;
  const options = { seed: +seed, from: +from, rounds: +rounds, nodes: +nodes };
  const isRight = Object.values(options).every((number) => Number.isSafeInteger(number));
  if (!isRight || options.nodes < 2) return refuse();
  return values.plan ? printPlan(options) : await runAll(options);
}

async function runAll(options: Options): Promise<number> {
  const { seed, from, rounds: to, nodes } = options;
  say(`seed ${seed}, rounds ${from} to ${to - 1}, ${nodes} nodes`);
  const world = await startCluster(nodes);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => void giveUp(world));
  const run = new ClusterRun(world, { seed, from, to, nodes, say });
  try {
    await run.all();
  } finally {
    sayFound(world, run.tally);
    const keep = world.watch.found.length > 0 || run.tally['taken with a node'] === undefined;
    if (keep) say(`the logs are in ${await world.keepLogs()}`);
    await world.dispose({ keep });
  }
  return world.watch.found.length === 0 ? 0 : EXIT.anomalies;
}

function sayFound({ watch }: ClusterWorld, tally: Tally): void {
  for (const { sort, says } of watch.found) say(`${sort}: ${says}`);
  for (const sort of ['leak', 'duplicated', 'back', 'lost'])
    say(`  ${watch.found.filter((found) => found.sort === sort).length} ${sort}`);
  for (const [what, count] of Object.entries(tally).toSorted()) say(`  ${count} ${what}`);
}

function printPlan({ seed, from, rounds, nodes }: Options): number {
  for (let round = from; round < rounds; round += 1)
    for (const deed of planOf(seed, round, nodes)) say(`${round} ${JSON.stringify(deed)}`);
  return 0;
}

async function giveUp(world: ClusterWorld): Promise<void> {
  await world.dispose();
  process.exit(EXIT.stopped);
}

function refuse(): number {
  process.stderr.write(`${USAGE}\n`);
  return EXIT.usage;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exit(await main());

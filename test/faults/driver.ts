import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ANOMALIES } from './finding.ts';
import { buildMutant, MUTANTS, type Mutant, SOUND } from './mutants.ts';
import { planOf, type StoreKind } from './plan.ts';
import { Run } from './run.ts';
import { startWorld } from './start-world.ts';
import type { Counts } from './tally.ts';
import type { World } from './world.ts';

const USAGE = `npm run test:faults -- [--seed N] [--rounds N] [--server prosody|ejabberd]
    [--store sqlite|postgres] [--from ROUND] [--state FILE] [--plan] [--mutants [--only NAME]]
  --from    the first round: the same seed gives the same rounds
  --state   keeps the next round and the counts; with the same file, a stopped run goes on
  --plan    prints what would be done, and does nothing
  --mutants runs daemons with mistakes: each must be found within the rounds, and nothing in one
            without a mistake`;

const EXIT = { anomalies: 1, usage: 64, stopped: 130 } as const;
const SETTLE_EVERY = 5;
const TRY_EVERY = 10;

interface Options {
  readonly seed: number;
  readonly rounds: number;
  readonly from: number;
  readonly server: 'prosody' | 'ejabberd';
  readonly store: StoreKind;
  readonly state?: string;
  readonly plan: boolean;
  readonly mutants: boolean;
  /** Part of the name of a mutant. */
  readonly only: string;
}

/** How far a run has come. */
interface State {
  readonly seed: number;
  readonly server: string;
  readonly store: string;
  readonly next: number;
  readonly counts: Counts;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT.usage;
  }
  if (options.plan) return printPlan(options);
  if (options.mutants) return await findAll(options);
  return await runFrom(options, readState(options));
}

async function findAll(options: Options): Promise<number> {
  let mistaken = 0;
  for (const mutant of [...MUTANTS, SOUND].filter(({ name }) => name.includes(options.only)))
    if ((await isFound(mutant, options)) === (mutant === SOUND)) mistaken += 1;
  return mistaken === 0 ? 0 : EXIT.anomalies;
}

async function isFound(mutant: Mutant, { seed, rounds, server, store }: Options): Promise<boolean> {
  const { main, folder } = buildMutant(mutant);
  const world = await startWorld({ server, store, main });
  const stop = onSignals(world);
  const run = new Run(world, {
    seed,
    store,
    from: 0,
    to: rounds,
    settleEvery: SETTLE_EVERY,
    tryEvery: TRY_EVERY,
    until: (anomaly) => mutant.finds.test(anomaly),
    say: () => undefined,
  });
  await run.all();
  stop();
  await world.dispose();
  rmSync(folder, { recursive: true, force: true });
  const done = run.counts['rounds'] ?? 0;
  say(`${run.isOver ? 'found' : 'NOT found'} within ${done} rounds: a daemon that ${mutant.name}`);
  for (const anomaly of run.anomalies.slice(0, 3)) say(`  ${anomaly}`);
  return run.isOver;
}

async function runFrom(options: Options, before: State): Promise<number> {
  const { seed, server, store, rounds } = options;
  say(`seed ${seed}, rounds ${before.next} to ${rounds - 1}, ${server}, ${store}`);
  const world = await startWorld({ server, store });
  onSignals(world);
  const run = new Run(world, {
    seed,
    store,
    from: before.next,
    to: rounds,
    settleEvery: SETTLE_EVERY,
    tryEvery: TRY_EVERY,
    say,
    settled: (next, counts) => keepState(options, { next, counts: sum(before.counts, counts) }),
  });
  await run.all().catch((error) => failed(world, error));
  keepState(options, { next: rounds, counts: sum(before.counts, run.counts) });
  const isClean = run.anomalies.length === 0;
  if (!isClean || run.counts['settled late'] !== undefined)
    say(`the logs are in ${await world.keepLogs()}`);
  await world.dispose({ keep: !isClean || run.counts['settled late'] !== undefined });
  sayCounts(options, sum(before.counts, run.counts));
  return isClean ? 0 : EXIT.anomalies;
}

function onSignals(world: World): () => void {
  const names = ['SIGINT', 'SIGTERM'] as const;
  const end = () => void giveUp(world);
  for (const name of names) process.once(name, end);
  return () => {
    for (const name of names) process.off(name, end);
  };
}

/** Also a driver with a bug leaves nothing running. */
async function failed(world: World, error: unknown): Promise<never> {
  say(`the logs are in ${await world.keepLogs()}`);
  await world.dispose({ keep: true });
  throw error;
}

/** A run that is stopped leaves nothing running; `--state` goes on with it. */
async function giveUp(world: World): Promise<void> {
  await world.dispose();
  process.exit(EXIT.stopped);
}

function keepState(options: Options, { next, counts }: Pick<State, 'next' | 'counts'>): void {
  const { seed, server, store, state } = options;
  const found = ANOMALIES.map((sort) => `${counts[sort] ?? 0} ${sort}`).join(', ');
  say(`${new Date().toISOString()} up to round ${next - 1}: ${found}`);
  if (state === undefined) return;
  writeFileSync(state, JSON.stringify({ seed, server, store, next, counts }));
}

function readState({ seed, server, store, from, state }: Options): State {
  const fresh = { seed, server, store, next: from, counts: {} };
  if (state === undefined || !existsSync(state)) return fresh;
  const kept = JSON.parse(readFileSync(state, 'utf8')) as State;
  const isOurs = kept.seed === seed && kept.server === server && kept.store === store;
  if (!isOurs) throw new Error(`${state} is of another run: remove it, or name another file`);
  return kept;
}

function sayCounts({ seed, server, store }: Options, counts: Counts): void {
  say(`seed ${seed} on ${server} with ${store}:`);
  for (const sort of ANOMALIES) say(`  ${counts[sort] ?? 0} ${sort}`);
  for (const [what, count] of Object.entries(counts).toSorted())
    if (!ANOMALIES.some((sort) => sort === what)) say(`  ${count} ${what}`);
}

function sum(first: Counts, second: Counts): Counts {
  const all = [...Object.entries(first), ...Object.entries(second)];
  const counts: Counts = {};
  for (const [what, count] of all) counts[what] = (counts[what] ?? 0) + count;
  return counts;
}

function printPlan({ seed, from, rounds, store }: Options): number {
  for (let round = from; round < rounds; round += 1)
    for (const step of planOf(seed, round, store)) say(`${round} ${JSON.stringify(step)}`);
  return 0;
}

function readOptions(args: readonly string[]): Options | undefined {
  const string = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seed: string('1'),
        rounds: string('20'),
        from: string('0'),
        server: string('prosody'),
        store: string('sqlite'),
        state: { type: 'string' },
        plan: { type: 'boolean', default: false },
        mutants: { type: 'boolean', default: false },
        only: string(''),
      },
    });
    return checked(values);
  } catch {
    return undefined;
  }
}

type Values = Readonly<Record<'seed' | 'rounds' | 'from' | 'server' | 'store' | 'only', string>> & {
  readonly mutants: boolean;
  readonly state?: string | undefined;
  readonly plan: boolean;
};

function checked({
  server,
  store,
  state,
  plan,
  mutants,
  only,
  ...numbers
}: Values): Options | undefined {
  const [seed, rounds, from] = [numbers.seed, numbers.rounds, numbers.from].map(Number);
  if (seed === undefined || rounds === undefined || from === undefined) return undefined;
  if (![seed, rounds, from].every((number) => Number.isSafeInteger(number) && number >= 0))
    return undefined;
  if (server !== 'prosody' && server !== 'ejabberd') return undefined;
  if (store !== 'sqlite' && store !== 'postgres') return undefined;
  return {
    seed,
    rounds,
    from,
    server,
    store,
    plan,
    mutants,
    only,
    ...(state === undefined ? {} : { state }),
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

process.exit(await main());

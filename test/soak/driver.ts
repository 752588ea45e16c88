import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { StoreKind } from '../faults/plan.ts';
import type { ServerKind } from '../support/server/server.ts';
import { Csv } from './csv.ts';
import { compareResults, writeResults } from './results.ts';
import { Sampler } from './sampler.ts';
import { foundTown, type Town } from './town.ts';

const USAGE = `npm run soak -- [--server prosody|ejabberd] [--store sqlite|postgres] [--minutes 60]
    [--rate 20] [--seed N] [--out NAME]
npm run soak -- --report NAME.csv [--report OTHER.csv ...]
  --rate     messages a second
  --out      NAME.csv gets a line each 15 seconds; at the end, also where the run is stopped,
             NAME.md gets a table of what grew and NAME.svg a plot
  --report   makes these two of a file that is there; of several, also one table for all`;

const EXIT = { usage: 64 } as const;
const EVERY_MS = 15_000;

interface Options {
  readonly server: ServerKind;
  readonly store: StoreKind;
  readonly minutes: number;
  readonly rate: number;
  readonly seed: number;
  readonly out: string;
  readonly report?: readonly string[];
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT.usage;
  }
  const { report } = options;
  if (report === undefined) await soak(options);
  const files = report ?? [`${options.out}.csv`];
  process.stdout.write(files.length > 1 ? compareResults(files) : writeResults(files[0] ?? ''));
  return 0;
}

async function soak(options: Options): Promise<void> {
  const stopped = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());
  const town = await foundTown({ ...options, onFailure: say });
  try {
    town.begin({ ...options, onFailure: say });
    await watch(town, options, stopped.signal);
  } finally {
    await town.end();
  }
}

async function watch(town: Town, { minutes, out }: Options, stop: AbortSignal): Promise<void> {
  const csv = new Csv(`${out}.csv`);
  const sampler = new Sampler(town);
  const began = performance.now();
  const end = began + minutes * 60_000;
  let said = 0;
  for (let next = began; performance.now() < end && !stop.aborted; ) {
    csv.add(await sampler.take());
    for (const complaint of town.complaints.slice(said)) say(complaint);
    said = town.complaints.length;
    next += EVERY_MS;
    // Expected: the run is stopped while it waits.
    await sleep(Math.max(0, next - performance.now()), undefined, { signal: stop }).catch(() => {});
  }
}

function readOptions(args: readonly string[]): Options | undefined {
  const string = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        server: string('prosody'),
        store: string('sqlite'),
        minutes: string('60'),
        rate: string('20'),
        seed: string('1'),
        out: { type: 'string' },
        report: { type: 'string', multiple: true },
      },
    });
    return checked(values);
  } catch {
    return undefined;
  }
}

type Values = Readonly<Record<'server' | 'store' | 'minutes' | 'rate' | 'seed', string>> & {
  readonly out?: string | undefined;
  readonly report?: readonly string[] | undefined;
};

function checked({ server, store, out, report, ...numbers }: Values): Options | undefined {
  const [minutes = 0, rate = 0, seed = 0] = [numbers.minutes, numbers.rate, numbers.seed].map(
    Number,
  );
  if (!(minutes > 0) || !(rate > 0) || !Number.isSafeInteger(seed)) return undefined;
  if (server !== 'prosody' && server !== 'ejabberd') return undefined;
  if (store !== 'sqlite' && store !== 'postgres') return undefined;
  const file = out ?? `soak-${server}-${store}`;
  const run: Options = { server, store, minutes, rate, seed, out: file };
  return report === undefined ? run : { ...run, report };
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

process.exit(await main());

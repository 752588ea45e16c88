import { cpus, loadavg, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, Result, Settings, Size } from './benchmark.ts';
import { component } from './component/component.ts';
import { growth } from './growth/growth.ts';
import { latency } from './latency/latency.ts';
import { CAN_PIN, OTHER_CORE, SERVER_CORE } from './measure/process.ts';
import { policies } from './policies/policies.ts';
import { ejabberd, server } from './server/server.ts';
import { storage } from './storage/storage.ts';

const BENCHMARKS: readonly Benchmark[] = [
  server,
  ejabberd,
  component,
  latency,
  growth,
  policies,
  storage,
];

const USAGE = `npm run bench [-- NAME ...] [--quick | --full] [--json]
${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}`;

const EXIT = { failed: 1, usage: 64 } as const;
const GIGABYTE = 2 ** 30;

/** `?`: the goal lies inside the interval. */
const SIGNS = { met: '✓', missed: '✗', undecided: '?' } as const;

type Measured = Result & { readonly benchmark: string };

interface Options {
  readonly benchmarks: readonly Benchmark[];
  readonly size: Size;
  readonly json: boolean;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) return complain(USAGE, EXIT.usage);
  const settings: Settings = {
    size: options.size,
    say: (line) => process.stderr.write(`${line}\n`),
    measured: new Map(),
  };
  settings.say(machine());
  const results: Measured[] = [];
  for (const { name, about, run } of options.benchmarks) {
    settings.say(`\n${name}: ${about}`);
    results.push(...(await run(settings)).map((result) => ({ benchmark: name, ...result })));
  }
  process.stdout.write(options.json ? jsonOf(results) : tableOf(results));
  return 0;
}

function readOptions(args: readonly string[]): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        full: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const { quick, full, json } = values;
    const benchmarks = chosen(positionals);
    if (benchmarks === undefined || (quick && full)) return undefined;
    return { benchmarks, size: quick ? 'quick' : full ? 'full' : 'normal', json };
  } catch {
    return undefined;
  }
}

/** Those named, in the order in which one builds on the other. */
function chosen(names: readonly string[]): readonly Benchmark[] | undefined {
  if (names.length === 0) return BENCHMARKS;
  const found = BENCHMARKS.filter(({ name }) => names.includes(name));
  return found.length === new Set(names).size ? found : undefined;
}

function machine(): string {
  const [processor] = cpus();
  const cores = CAN_PIN
    ? `servers on core ${SERVER_CORE}, what feeds or takes from them on core ${OTHER_CORE}`
    : 'nothing bound to cores (no taskset, or one core): figures are rougher';
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} cores (${processor?.model.trim()}), ${Math.round(totalmem() / GIGABYTE)} GB, Node ${process.versions.node}, load before the start ${load}; ${cores}`;
}

function tableOf(results: readonly Measured[]): string {
  const rows = results.map(({ benchmark, what, figure, goal }) => [
    benchmark,
    what,
    figure,
    goal === undefined ? '' : `${goal.text} ${SIGNS[goal.verdict]}`,
  ]);
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return `\nMedian (least-most); ratios are of runs side by side.\n${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function jsonOf(results: readonly Measured[]): string {
  return results.map((result) => `${JSON.stringify(result)}\n`).join('');
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

process.exitCode = await main();

import { parseArgs } from 'node:util';
import type { Report } from './run.ts';
import { TARGETS } from './targets.ts';

const USAGE = `npm run fuzz [-- --seed N] [--inputs N] [--only NAME]
${TARGETS.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join('\n')}`;

const EXIT = { failed: 1, usage: 64 } as const;
const SEEDS = 2 ** 30;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return say(USAGE, EXIT.usage);
  const { seed, inputs, targets } = options;
  say(`seed ${seed}, ${inputs} inputs for each of ${targets.length} targets`);
  let failures = 0;
  for (const target of targets) {
    const collect = globalThis.gc as (() => void) | undefined;
    const report = await target.run({ seed, inputs, collect });
    say(lineOf(target.name, report));
    if (report.failure !== undefined) failures += 1;
  }
  return failures === 0 ? 0 : EXIT.failed;
}

function lineOf(name: string, { inputs, seconds, held, failure }: Report): string {
  const rate = Math.round(inputs / seconds);
  const memory = `${held[0].toFixed(0)} MB held after the first part, ${held[1].toFixed(0)} MB in the end`;
  const outcome =
    failure === undefined
      ? 'nothing found'
      : `FAILED: npm run fuzz -- --only ${name} --seed ${failure.seed} --inputs 10000\n${failure.message}`;
  return `${name}: ${inputs} inputs in ${seconds.toFixed(0)} s (${rate} a second), ${memory}: ${outcome}`;
}

function readOptions() {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, inputs: { type: 'string' }, only: { type: 'string' } },
  });
  const seed = Number(values.seed ?? Math.floor(performance.timeOrigin % SEEDS));
  const inputs = Number(values.inputs ?? 100_000);
  const targets = TARGETS.filter(({ name }) => values.only === undefined || values.only === name);
  const isUsable = Number.isSafeInteger(seed) && Number.isSafeInteger(inputs) && inputs > 0;
  return isUsable && targets.length > 0 ? { seed, inputs, targets } : undefined;
}

function say(text: string, code = 0): number {
  process.stdout.write(`${text}\n`);
  return code;
}

// A daemon that failed may not be closed, and would keep the process alive.
process.exit(await main());

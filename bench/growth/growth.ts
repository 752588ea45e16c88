import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Result, Settings, Size } from '../benchmark.ts';
import type { Fed } from '../component/feeder.ts';
import { BenchDaemon } from '../measure/daemon.ts';
import { ratios, round, show, spreadOf } from '../measure/figures.ts';
import { Helper } from '../measure/helper.ts';
import { verdictOf } from '../measure/interval.ts';
import {
  allThreadsSeconds,
  OTHER_CORE,
  residentMegabytes,
  SERVER_CORE,
} from '../measure/process.ts';

const FILLER = new URL('./filler.js', import.meta.url);
const FEEDER = new URL('../component/feeder.js', import.meta.url);

interface Plan {
  readonly rounds: number;
  readonly few: number;
  readonly many: number;
  readonly items: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  quick: { rounds: 1, few: 10_000, many: 100_000, items: 10_000 },
  normal: { rounds: 3, few: 10_000, many: 1_000_000, items: 30_000 },
  full: { rounds: 5, few: 10_000, many: 10_000_000, items: 30_000 },
};

const MOST_TIMES = 1.5;

/** "No more": what two runs on the same store differ by. */
const MOST_TIMES_MEMORY = 1.1;

interface Run {
  readonly microseconds: number;
  readonly cpuMicroseconds: number;
  readonly megabytes: number;
}

export const growth: Benchmark = {
  name: 'growth',
  about: 'what a fact costs, and the memory, as the store grows',
  async run(settings) {
    const plan = PLANS[settings.size];
    const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
    try {
      const [few, many] = [join(folder, 'few.db'), join(folder, 'many.db')];
      await fill(few, plan.few, settings);
      await fill(many, plan.many, settings);
      return await compare({ few, many }, plan, settings);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function fill(database: string, records: number, { say }: Settings): Promise<void> {
  const filler = Helper.start(FILLER, OTHER_CORE);
  try {
    await filler.ask({ database, records });
  } finally {
    await filler.end();
  }
  const { size } = await stat(database);
  say(`a store of ${round(records)} records: ${round(size / 2 ** 20)} MB`);
}

async function compare(
  stores: { readonly few: string; readonly many: string },
  plan: Plan,
  { say }: Settings,
): Promise<readonly Result[]> {
  const few: Run[] = [];
  const many: Run[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    few.push(await measure(stores.few, plan.items));
    say(`${plan.few} records: ${runText(few.at(-1))}`);
    many.push(await measure(stores.many, plan.items));
    say(`${plan.many} records: ${runText(many.at(-1))}`);
  }
  return resultsOf(few, many, `${round(plan.many)} records against ${round(plan.few)}`);
}

/** A fact's cost on a copy of the store: four of five items are of new messages, one of a message that is there. */
async function measure(store: string, items: number): Promise<Run> {
  const copy = `${store}.copy`;
  await copyFile(store, copy);
  const feeder = Helper.start(FEEDER, SERVER_CORE);
  try {
    const { port } = await feeder.ask<{ port: number }>({ kind: 'listen' });
    const daemon = await BenchDaemon.start({ port, database: copy });
    try {
      await feeder.ask({ kind: 'feed', profile: 'mixed', items: items / 3 });
      const before = allThreadsSeconds(daemon.pid);
      const { facts, seconds } = await feeder.ask<Fed>({ kind: 'feed', profile: 'mixed', items });
      const cpu = allThreadsSeconds(daemon.pid) - before;
      return {
        microseconds: (seconds / facts) * 1e6,
        cpuMicroseconds: (cpu / facts) * 1e6,
        megabytes: residentMegabytes(daemon.pid),
      };
    } finally {
      await daemon.end();
    }
  } finally {
    await feeder.end();
    for (const end of ['', '-wal', '-shm']) await rm(`${copy}${end}`, { force: true });
  }
}

function resultsOf(few: readonly Run[], many: readonly Run[], what: string): readonly Result[] {
  const of = (runs: readonly Run[], pick: (run: Run) => number) => runs.map(pick);
  const ratioOf = (pick: (run: Run) => number) => spreadOf(ratios(of(many, pick), of(few, pick)));
  const cost = ratioOf((run) => run.microseconds);
  const memory = ratioOf((run) => run.megabytes);
  return [
    {
      what: `cost of a fact, ${what}`,
      figure: show(cost, 2),
      goal: { text: `≤ ${MOST_TIMES}`, verdict: verdictOf(cost.median <= MOST_TIMES) },
    },
    {
      what: '  the same by processor time',
      figure: show(
        ratioOf((run) => run.cpuMicroseconds),
        2,
      ),
    },
    {
      what: `memory, ${what}`,
      figure: `${show(memory, 2)}, ${show(spreadOf(of(many, (run) => run.megabytes)))} MB`,
      goal: {
        text: `≤ ${MOST_TIMES_MEMORY}`,
        verdict: verdictOf(memory.median <= MOST_TIMES_MEMORY),
      },
    },
  ];
}

function runText(run: Run | undefined): string {
  return `${round(run?.microseconds ?? 0, 1)} µs a fact, ${round(run?.megabytes ?? 0)} MB`;
}

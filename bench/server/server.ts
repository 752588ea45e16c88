import type { ServerKind } from '../../test/support/server.ts';
import type { Benchmark, Result, Settings, Size } from '../benchmark.ts';
import { ratios, round, type Spread, show, spreadOf } from '../measure/figures.ts';
import { BenchServer, type Cost, type Variant } from './bench-server.ts';
import type { GeneratorOrder } from './generator.ts';

interface Plan {
  readonly rounds: number;
  readonly messages: number;
  readonly pacedSeconds: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  quick: { rounds: 1, messages: 8000, pacedSeconds: 3 },
  normal: { rounds: 5, messages: 20_000, pacedSeconds: 8 },
  full: { rounds: 9, messages: 60_000, pacedSeconds: 20 },
};

const PER_SECOND = 500;
const FACTS_PER_MESSAGE = 3; // accepted, sent, acked
const TRACKED = 'every message tracked';
const UNTRACKED = 'nobody asks for receipts';
const GOAL = { tracked: 0.9, untracked: 0.98, paced: 1.1 } as const;

type Run = readonly Cost[];
type Runs = Readonly<Record<Variant, Run>>;

export const server: Benchmark = {
  name: 'server',
  about: 'what mod_receipts costs Prosody, against no module',
  async run(settings) {
    const loads = await bearLoads({ ...settings, kind: 'prosody' });
    const throughput = spreadOf(loads.tracked['with the module'].map(perSecond));
    settings.measured.set('facts a server produces', throughput.median * FACTS_PER_MESSAGE);
    return resultsOf(loads);
  },
};

export const ejabberd: Benchmark = {
  name: 'ejabberd',
  about: 'what mod_receipts costs ejabberd, against no module',
  run: async (settings) => resultsOf(await bearLoads({ ...settings, kind: 'ejabberd' })),
};

type OnServer = Settings & { readonly kind: ServerKind };

interface Loads {
  readonly tracked: Runs;
  readonly untracked: Runs;
  readonly paced: Runs;
}

async function bearLoads(on: OnServer): Promise<Loads> {
  const { messages, pacedSeconds: seconds } = PLANS[on.size];
  const asking = { asksForReceipts: true };
  const saturate = { kind: 'saturate', messages } as const;
  const pace = { kind: 'pace', perSecond: PER_SECOND, seconds } as const;
  return {
    tracked: await alternate(on, TRACKED, { ...saturate, load: asking }),
    untracked: await alternate(on, UNTRACKED, { ...saturate, load: { asksForReceipts: false } }),
    paced: await alternate(on, `${PER_SECOND}/s, every one tracked`, { ...pace, load: asking }),
  };
}

function resultsOf({ tracked, untracked, paced }: Loads): readonly Result[] {
  return [
    ...throughputOf(TRACKED, tracked, GOAL.tracked),
    ...throughputOf(UNTRACKED, untracked, GOAL.untracked),
    ...pacedCost(paced),
  ];
}

/** With and without, in turns, each on a fresh server. */
async function alternate(
  { size, say, kind }: OnServer,
  what: string,
  order: GeneratorOrder,
): Promise<Runs> {
  const runs = { 'with the module': [] as Cost[], 'without it': [] as Cost[] };
  for (let round = 0; round < PLANS[size].rounds; round += 1) {
    for (const variant of ['without it', 'with the module'] as const) {
      const bench = await BenchServer.start(kind, variant);
      const cost = await measure(bench, order);
      runs[variant].push(cost);
      say(`${what}, ${variant}: ${costText(cost)}`);
    }
  }
  return runs;
}

async function measure(bench: BenchServer, order: GeneratorOrder): Promise<Cost> {
  try {
    await bench.bear(warmUp(order));
    return await bench.bear(order);
  } finally {
    await bench.end();
  }
}

function warmUp(order: GeneratorOrder): GeneratorOrder {
  if (order.kind === 'saturate') return { ...order, messages: order.messages / 6 };
  return order.kind === 'pace' ? { ...order, seconds: 1 } : order;
}

function throughputOf(what: string, runs: Runs, least: number): readonly Result[] {
  const of = (pick: (cost: Cost) => number, variant: Variant) => runs[variant].map(pick);
  const ratio = spreadOf(ratios(of(perSecond, 'with the module'), of(perSecond, 'without it')));
  const core = spreadOf(
    ratios(of(perCpuSecond, 'with the module'), of(perCpuSecond, 'without it')),
  );
  return [
    {
      what: `throughput, ${what}`,
      figure: show(ratio, 2),
      goal: { text: `≥ ${least}`, isMet: ratio.median >= least },
    },
    { what: '  the same by processor time', figure: show(core, 2) },
    ...(['without it', 'with the module'] as const).map((variant) => ({
      what: `  messages a second, ${variant}`,
      figure: `${show(spreadOf(of(perSecond, variant)))}, server busy ${busyText(spreadOf(of(busy, variant)))}`,
    })),
  ];
}

function pacedCost(runs: Runs): readonly Result[] {
  const costs = (variant: Variant) => runs[variant].map(({ cpuMicroseconds }) => cpuMicroseconds);
  const ratio = spreadOf(ratios(costs('with the module'), costs('without it')));
  return [
    {
      what: `processor time a message at ${PER_SECOND}/s, every one tracked`,
      figure: show(ratio, 2),
      goal: { text: `≤ ${GOAL.paced}`, isMet: ratio.median <= GOAL.paced },
    },
    ...(['without it', 'with the module'] as const).map((variant) => ({
      what: `  microseconds a message, ${variant}`,
      figure: show(spreadOf(costs(variant))),
    })),
  ];
}

const perSecond = (cost: Cost): number => cost.perSecond;
const perCpuSecond = (cost: Cost): number => 1 / cost.cpuMicroseconds;
const busy = (cost: Cost): number => cost.busy;

function costText(cost: Cost): string {
  return `${round(cost.perSecond)}/s, ${round(cost.cpuMicroseconds)} µs a message, busy ${round(cost.busy * 100)} %`;
}

function busyText({ median }: Spread): string {
  return `${round(median * 100)} %`;
}

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
const GOAL = { tracked: 0.9, untracked: 0.98, paced: 1.1 } as const;

type Run = readonly Cost[];
type Runs = Readonly<Record<Variant, Run>>;

export const server: Benchmark = {
  name: 'server',
  about: 'what mod_receipts costs Prosody, against no module',
  async run(settings) {
    const { messages, pacedSeconds: seconds } = PLANS[settings.size];
    const asking = { asksForReceipts: true };
    const silent = { asksForReceipts: false };
    const tracked = await alternate(settings, 'every message tracked', {
      kind: 'saturate',
      messages,
      load: asking,
    });
    const untracked = await alternate(settings, 'nobody asks for receipts', {
      kind: 'saturate',
      messages,
      load: silent,
    });
    const paced = await alternate(settings, `${PER_SECOND} messages a second, every one tracked`, {
      kind: 'pace',
      perSecond: PER_SECOND,
      seconds,
      load: asking,
    });
    const throughput = spreadOf(tracked['with the module'].map(perSecond));
    settings.measured.set('facts a server produces', throughput.median * FACTS_PER_MESSAGE);
    return [
      ...throughputOf('every message tracked', tracked, GOAL.tracked),
      ...throughputOf('nobody asks for receipts', untracked, GOAL.untracked),
      ...pacedCost(paced),
    ];
  },
};

/** With and without, in turns, each on a fresh server. */
async function alternate(
  { size, say }: Settings,
  what: string,
  order: GeneratorOrder,
): Promise<Runs> {
  const runs = { 'with the module': [] as Cost[], 'without it': [] as Cost[] };
  for (let round = 0; round < PLANS[size].rounds; round += 1) {
    for (const variant of ['without it', 'with the module'] as const) {
      const cost = await measure(variant, order);
      runs[variant].push(cost);
      say(`${what}, ${variant}: ${costText(cost)}`);
    }
  }
  return runs;
}

async function measure(variant: Variant, order: GeneratorOrder): Promise<Cost> {
  const bench = await BenchServer.start(variant);
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
      figure: `${show(spreadOf(of(perSecond, variant)))}, Prosody busy ${busyText(spreadOf(of(busy, variant)))}`,
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

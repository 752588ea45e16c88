import type { ServerKind } from '../../test/support/server.ts';
import type { Benchmark, Result, Settings, Size } from '../benchmark.ts';
import { round, show, spreadOf } from '../measure/figures.ts';
import { atLeast, atMost, type MedianInterval, medianInterval } from '../measure/interval.ts';
import type { GeneratorOrder } from './generator.ts';
import { type Cost, ToggledServer } from './toggled-server.ts';
import { neighbourRatios, type Toggled, toggle, toggleNothing } from './toggling.ts';

interface Plan {
  /** Runs with the module; there is one more without. */
  readonly pairs: number;
  readonly messages: number;
  readonly pacedSeconds: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  quick: { pairs: 3, messages: 4000, pacedSeconds: 1 },
  normal: { pairs: 20, messages: 10_000, pacedSeconds: 2 },
  full: { pairs: 40, messages: 10_000, pacedSeconds: 2 },
};

const PER_SECOND = 500;
const FACTS_PER_MESSAGE = 3; // accepted, sent, acked
const ASKING = { asksForReceipts: true };

interface Load {
  readonly what: string;
  order(plan: Plan): GeneratorOrder;
  results(toggled: Toggled): readonly Result[];
}

const LOADS: readonly Load[] = [
  {
    what: 'every message tracked',
    order: ({ messages }) => ({ kind: 'saturate', messages, load: ASKING }),
    results: (toggled) => throughput('every message tracked', toggled, 0.9),
  },
  {
    what: 'nobody asks for receipts',
    order: ({ messages }) => ({ kind: 'saturate', messages, load: { asksForReceipts: false } }),
    results: (toggled) => throughput('nobody asks for receipts', toggled, 0.98),
  },
  {
    what: `${PER_SECOND}/s, every one tracked`,
    order: ({ pacedSeconds: seconds }) => ({
      kind: 'pace',
      perSecond: PER_SECOND,
      seconds,
      load: ASKING,
    }),
    results: (toggled) => processorTime(toggled, 1.1),
  },
];

export const server: Benchmark = {
  name: 'server',
  about: 'what mod_receipts costs Prosody, by loading and unloading it under load',
  run: (settings) => measure('prosody', settings),
};

export const ejabberd: Benchmark = {
  name: 'ejabberd',
  about: 'what mod_receipts costs ejabberd, by starting and stopping it under load',
  run: (settings) => measure('ejabberd', settings),
};

async function measure(kind: ServerKind, settings: Settings): Promise<readonly Result[]> {
  const { size, say, measured } = settings;
  const results: Result[] = [];
  for (const load of LOADS) {
    const { nothing, toggled } = await bear(kind, load.order(PLANS[size]), PLANS[size].pairs);
    say(`${load.what}: ${costText(toggled)}`);
    results.push(...load.results(toggled), noise(nothing));
    if (kind === 'prosody' && load === LOADS[0])
      measured.set('facts a server produces', medianRate(toggled.withModule) * FACTS_PER_MESSAGE);
  }
  return results;
}

interface Borne {
  readonly nothing: Toggled;
  readonly toggled: Toggled;
}

/** On a fresh server for each load; nothing is toggled first. */
async function bear(kind: ServerKind, order: GeneratorOrder, pairs: number): Promise<Borne> {
  const toggledServer = await ToggledServer.start(kind);
  try {
    const nothing = await toggleNothing(toggledServer, order, pairs);
    return { nothing, toggled: await toggle(toggledServer, order, pairs) };
  } finally {
    await toggledServer.end();
  }
}

function throughput(what: string, toggled: Toggled, least: number): readonly Result[] {
  const ratio = medianInterval(neighbourRatios(toggled, perSecond));
  const core = medianInterval(neighbourRatios(toggled, perCpuSecond));
  return [
    {
      what: `throughput, ${what}`,
      figure: intervalText(ratio),
      goal: { text: `≥ ${least}`, verdict: atLeast(least, ratio) },
    },
    { what: '  the same by processor time', figure: intervalText(core) },
    ...(['without', 'withModule'] as const).map((variant) => ({
      what: `  messages a second, ${NAMES[variant]}`,
      figure: `${show(spreadOf(toggled[variant].map(perSecond)))}, server busy ${busyText(toggled[variant])}`,
    })),
  ];
}

function processorTime(toggled: Toggled, most: number): readonly Result[] {
  const ratio = medianInterval(neighbourRatios(toggled, cpuMicroseconds));
  return [
    {
      what: `processor time a message at ${PER_SECOND}/s, every one tracked`,
      figure: intervalText(ratio),
      goal: { text: `≤ ${most}`, verdict: atMost(most, ratio) },
    },
    ...(['without', 'withModule'] as const).map((variant) => ({
      what: `  microseconds a message, ${NAMES[variant]}`,
      figure: show(spreadOf(toggled[variant].map(cpuMicroseconds))),
    })),
  ];
}

const NAMES = { without: 'without the module', withModule: 'with it' } as const;

function noise(nothing: Toggled): Result {
  const clock = medianInterval(neighbourRatios(nothing, perSecond));
  const core = medianInterval(neighbourRatios(nothing, cpuMicroseconds));
  return {
    what: '  nothing toggled',
    figure: `${intervalText(clock)}, processor time ${intervalText(core)}`,
    goal: { text: 'holds 1', verdict: holdsOne(clock) && holdsOne(core) ? 'met' : 'missed' },
  };
}

const holdsOne = ({ low, high }: MedianInterval): boolean => low <= 1 && high >= 1;

const perSecond = (cost: Cost): number => cost.perSecond;
const cpuMicroseconds = (cost: Cost): number => cost.cpuMicroseconds;
const perCpuSecond = (cost: Cost): number => 1 / cost.cpuMicroseconds;

const medianRate = (costs: readonly Cost[]): number => spreadOf(costs.map(perSecond)).median;

/** `0.86 (0.84 to 0.88)` */
function intervalText({ median, low, high }: MedianInterval): string {
  return `${round(median, 3)} (${round(low, 3)} to ${round(high, 3)})`;
}

function costText({ withModule, without }: Toggled): string {
  const text = (costs: readonly Cost[]) =>
    `${round(medianRate(costs))}/s, ${round(spreadOf(costs.map(cpuMicroseconds)).median, 1)} µs a message`;
  return `without ${text(without)}; with the module ${text(withModule)}`;
}

function busyText(costs: readonly Cost[]): string {
  return `${round(spreadOf(costs.map(({ busy }) => busy)).median * 100)} %`;
}

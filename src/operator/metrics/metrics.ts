import { StoreUnavailable } from '../../store/store.ts';
import type { Backlog } from '../../store/upkeep-store.ts';
import type { Counters } from '../../telemetry/counters.ts';
import { Counter, collectDefaultMetrics, Registry } from '../../telemetry/prom-client.ts';
import type { Operator } from '../operator.ts';
import type { DaemonStatus } from '../status.ts';
import { FROM_ZERO, NOUNS, type Noun, placeOf } from './counter-metrics.ts';
import { ModuleMetrics } from './module-metrics.ts';
import { standbyGauge } from './standby-metrics.ts';
import { StateMetrics } from './state-metrics.ts';

export interface MetricsParts {
  readonly counters: Counters;
  readonly operator: Pick<Operator, 'state' | 'status'>;
}

/** Everything that Prometheus reads. What is counted elsewhere is looked up when it asks. */
export class Metrics {
  readonly #parts: MetricsParts;
  readonly #registry = new Registry();
  readonly #state = new StateMetrics();
  readonly #modules = new ModuleMetrics();
  readonly #counters = counters();

  constructor(parts: MetricsParts) {
    this.#parts = parts;
    collectDefaultMetrics({ register: this.#registry });
    const ours = [
      standbyGauge(0),
      ...this.#state.all,
      this.#modules.counter,
      ...this.#counters.values(),
    ];
    const all = [...parts.counters.measures.all, ...ours];
    for (const metric of all) this.#registry.registerMetric(metric as Counter);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    const { operator } = this.#parts;
    const state = operator.state();
    this.#state.show(state, await backlogOf(operator));
    this.#modules.show(state.servers);
    this.#showCounts(state.counts);
    return this.#registry.metrics();
  }

  #showCounts(counts: DaemonStatus['counts']): void {
    for (const counter of this.#counters.values()) counter.reset();
    for (const { noun, ...labels } of FROM_ZERO) this.#counters.get(noun)?.inc(labels, 0);
    for (const [name, count] of Object.entries(counts)) {
      const { noun, ...labels } = placeOf(name);
      this.#counters.get(noun)?.inc(labels, count);
    }
  }
}

/** `undefined`: the store does not answer now. The rest can be told all the same. */
async function backlogOf({ status }: Pick<Operator, 'status'>): Promise<Backlog | undefined> {
  try {
    return (await status()).waiting;
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}

function counters(): ReadonlyMap<Noun, Counter> {
  const nouns = Object.keys(NOUNS) as Noun[];
  return new Map(nouns.map((noun) => [noun, counterOf(noun)]));
}

function counterOf(noun: Noun): Counter {
  return new Counter({
    name: `xmpp_receipts_${noun}_total`,
    help: NOUNS[noun],
    labelNames: ['kind', 'outcome', 'reason'],
    registers: [],
  });
}

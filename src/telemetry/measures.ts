import { performance } from 'node:perf_hooks';
import { Counter, Histogram } from './prom-client.ts';

/**
 * The buckets go from a hundredth of a second to a day: facts wait on the server while the daemon
 * is away.
 */
const LAG_BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 3600, 86_400];

const STORE_BUCKETS = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

/**
 * What is counted by more than one label, or by its duration: counted where it happens, read by
 * Prometheus. Labels come from closed lists and from the settings, never from what users write.
 */
export class Measures {
  readonly facts = counter('facts', 'Facts that were committed, by kind.', ['host', 'kind']);
  readonly lost = counter('facts_lost', 'Facts that a server had to drop.', ['host']);
  readonly statuses = counter('statuses', 'What senders are told, when it is decided.', ['status']);
  readonly receipts = counter('receipts_sent', 'Receipts that the server has taken.', ['status']);
  readonly commitLag = new Histogram({
    name: 'xmpp_receipts_commit_lag_seconds',
    help: 'From when a server saw a fact to when it was committed.',
    labelNames: ['host'],
    buckets: LAG_BUCKETS,
    registers: [],
  });
  readonly receiptLag = new Histogram({
    name: 'xmpp_receipts_receipt_lag_seconds',
    help: 'From when a server saw the outcome to when the server had taken the receipt.',
    labelNames: ['status'],
    buckets: LAG_BUCKETS,
    registers: [],
  });
  readonly store = new Histogram({
    name: 'xmpp_receipts_store_seconds',
    help: 'How long the store took, by what it did.',
    labelNames: ['kind', 'outcome'],
    buckets: STORE_BUCKETS,
    registers: [],
  });

  get all(): readonly (Counter | Histogram)[] {
    const { facts, lost, statuses, receipts, commitLag, receiptLag, store } = this;
    return [facts, lost, statuses, receipts, commitLag, receiptLag, store] as const;
  }

  /** Does it, and notes how long it took and whether it failed. */
  async timed<Result>(kind: 'update' | 'claim', work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    let outcome = 'failed';
    try {
      const result = await work();
      outcome = 'done';
      return result;
    } finally {
      this.store.observe({ kind, outcome }, (performance.now() - startedAt) / 1000);
    }
  }
}

function counter<Label extends string>(
  noun: string,
  help: string,
  labelNames: readonly Label[],
): Counter<Label> {
  return new Counter({
    name: `xmpp_receipts_${noun}_total`,
    help,
    labelNames: [...labelNames],
    registers: [],
  });
}

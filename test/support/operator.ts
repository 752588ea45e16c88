import type { Operator } from '../../src/operator/operator.ts';
import type { DaemonStatus } from '../../src/operator/status.ts';

export const STATUS: DaemonStatus = {
  version: '0.0.0',
  component: 'receipts.test',
  upMs: 61_400,
  link: { isOnline: true },
  servers: [{ domain: 'example.org', hello: undefined, problem: 'it does not answer' }],
  unconfigured: [],
  daemons: { members: [], differences: [], clockAheadMs: 0 },
  waiting: { receipts: 1, ticks: 2, questions: 3 },
  counts: { items: 7 },
};

/** An operator with made-up answers, for pages that no store of a test would fill. Other tests take `DaemonAtWork`. */
export function operatorWith(verbs: Partial<Operator>): Operator {
  const known: Partial<Operator> = {
    status: async () => STATUS,
    state: () => STATUS,
    isReady: () => true,
    counts: () => STATUS.counts,
    ...verbs,
  };
  return new Proxy(known as Operator, {
    get: (_, name) => Reflect.get(known, name) ?? unexpected(String(name)),
  });
}

function unexpected(name: string): () => never {
  return () => {
    throw new Error(`this test does not expect ${name}`);
  };
}

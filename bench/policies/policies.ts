import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Size } from '../benchmark.ts';
import { fillPreferences, makeEmpty } from './filler.ts';
import { measureLookups } from './lookups.ts';
import { measureStopping } from './stopping.ts';
import { measureSync } from './sync.ts';

interface Plan {
  readonly rounds: number;
  readonly users: number;
  readonly changes: number;
  readonly answers: number;
  readonly items: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  quick: { rounds: 1, users: 10_000, changes: 4, answers: 4000, items: 10_000 },
  normal: { rounds: 3, users: 100_000, changes: 20, answers: 20_000, items: 40_000 },
  full: { rounds: 9, users: 100_000, changes: 50, answers: 60_000, items: 100_000 },
};

export const policies: Benchmark = {
  name: 'policies',
  about: 'a policy for each of many users: sent, enforced, looked up',
  async run({ size, say }) {
    const plan = PLANS[size];
    const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
    try {
      const [empty, full] = [join(folder, 'empty.db'), join(folder, 'full.db')];
      makeEmpty(empty);
      fillPreferences(full, plan.users);
      return [
        ...(await measureSync({ ...plan, store: full }, say)),
        ...(await measureStopping({ ...plan, empty, full }, say)),
        ...(await measureLookups({ ...plan, empty, full }, say)),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

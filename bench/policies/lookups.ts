import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '../benchmark.ts';
import type { Fed } from '../component/feeder.ts';
import type { ProfileName } from '../component/items.ts';
import { BenchDaemon } from '../measure/daemon.ts';
import { ratios, round, show, spreadOf } from '../measure/figures.ts';
import { Helper } from '../measure/helper.ts';
import { allThreadsSeconds, SERVER_CORE } from '../measure/process.ts';

const FEEDER = new URL('../component/feeder.js', import.meta.url);

export interface LookupsPlan {
  /** A store where nobody chose anything, and one where everybody did. */
  readonly empty: string;
  readonly full: string;
  readonly rounds: number;
  readonly items: number;
}

const PROFILES = {
  batched: '100 items with one fact an IQ',
  coalesced: '100 items with three facts an IQ',
  told: '100 items with two facts and a receipt an IQ',
} as const satisfies Partial<Record<ProfileName, string>>;

type Profile = keyof typeof PROFILES;

interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

/** What it costs the daemon to look up what sender and recipient chose. */
export async function measureLookups(
  plan: LookupsPlan,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const name of Object.keys(PROFILES) as Profile[])
    results.push(...(await compare(name, plan, say)));
  return results;
}

async function compare(
  name: Profile,
  { empty, full, rounds, items }: LookupsPlan,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const without: Rate[] = [];
  const with_: Rate[] = [];
  for (let number = 0; number < rounds; number += 1) {
    without.push(await measure(empty, name, items));
    with_.push(await measure(full, name, items));
    say(
      `${PROFILES[name]}: ${rateText(without.at(-1))} with no preferences, ${rateText(with_.at(-1))} with all`,
    );
  }
  const ratio = (rate: keyof Rate) =>
    show(
      spreadOf(
        ratios(
          with_.map((run) => run[rate]),
          without.map((run) => run[rate]),
        ),
      ),
      2,
    );
  return [
    {
      what: `daemon with all preferences, of one with none: ${PROFILES[name]}`,
      figure: ratio('perSecond'),
    },
    { what: '  the same by processor time', figure: ratio('perCpuSecond') },
  ];
}

async function measure(store: string, profile: Profile, items: number): Promise<Rate> {
  const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
  const feeder = Helper.start(FEEDER, SERVER_CORE);
  try {
    const database = join(folder, 'bench.db');
    await copyFile(store, database);
    const { port } = await feeder.ask<{ port: number }>({ kind: 'listen' });
    const daemon = await BenchDaemon.start({ port, database });
    try {
      await feeder.ask({ kind: 'feed', profile, items: items / 4 });
      const before = allThreadsSeconds(daemon.pid);
      const { facts, seconds } = await feeder.ask<Fed>({ kind: 'feed', profile, items });
      const cpu = allThreadsSeconds(daemon.pid) - before;
      return { perSecond: facts / seconds, perCpuSecond: facts / cpu };
    } finally {
      await daemon.end();
    }
  } finally {
    await feeder.end();
    await rm(folder, { recursive: true });
  }
}

function rateText(rate: Rate | undefined): string {
  return `${round(rate?.perSecond ?? 0)}/s`;
}

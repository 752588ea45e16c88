import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, Result, Settings, Size } from '../benchmark.ts';
import type { Fed } from '../component/feeder.ts';
import type { ProfileName } from '../component/items.ts';
import { BenchDaemon } from '../measure/daemon.ts';
import { round } from '../measure/figures.ts';
import { Helper } from '../measure/helper.ts';
import { allThreadsSeconds, SERVER_CORE } from '../measure/process.ts';
import { type MeasuredStore, PLACES, type StoreName, type Written } from './stores.ts';

const FEEDER = new URL('../component/feeder.js', import.meta.url);

type Case = Extract<ProfileName, 'coalesced' | 'told'>;

const CASES: Readonly<Record<Case, string>> = {
  coalesced: 'accepted, sent, acked',
  told: 'accepted, stored, a receipt',
};

/** A receipt for `stored` goes at once; what is told after the grace would be another load. */
const GRACE_MS: Readonly<Record<Case, number>> = { coalesced: 3_600_000, told: 0 };

const MESSAGES: Readonly<Record<Size, number>> = { quick: 5000, normal: 100_000, full: 1_000_000 };

export const storage: Benchmark = {
  name: 'storage',
  about: 'bytes a message in each table and index, and what a message writes, with each store',
  async run({ size, say }: Settings) {
    const results: Result[] = [];
    for (const store of Object.keys(PLACES) as StoreName[])
      for (const name of Object.keys(CASES) as Case[]) {
        say(`${store}, ${CASES[name]}`);
        results.push(...(await measure(store, name, MESSAGES[size])));
      }
    return results;
  },
};

/** A fresh store is fed by the daemon, first without being measured. */
async function measure(store: StoreName, name: Case, messages: number): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
  const place = await PLACES[store](folder);
  const feeder = Helper.start(FEEDER, SERVER_CORE);
  try {
    return await fed({ place, feeder, name, messages, what: `${store}, ${CASES[name]}` });
  } finally {
    await feeder.end();
    await place.end();
    await rm(folder, { recursive: true });
  }
}

interface Run {
  readonly place: MeasuredStore;
  readonly feeder: Helper;
  readonly name: Case;
  readonly messages: number;
  readonly what: string;
}

async function fed({ place, feeder, name, messages, what }: Run): Promise<readonly Result[]> {
  const { port } = await feeder.ask<{ port: number }>({ kind: 'listen', takesReceipts: true });
  const settings = {
    XMPP_RECEIPTS_STORE: place.address,
    XMPP_RECEIPTS_RECEIPTS_GRACE_MS: String(GRACE_MS[name]),
    XMPP_RECEIPTS_RECEIPTS_MAX_PER_MINUTE: '1000',
  };
  const daemon = await BenchDaemon.start({ port, database: '', settings });
  try {
    const warmUp = messages / 4;
    await feeder.ask({ kind: 'feed', profile: name, items: warmUp });
    await place.sent();
    const before = await place.written(daemon.pid);
    const core = allThreadsSeconds(daemon.pid);
    await feeder.ask<Fed>({ kind: 'feed', profile: name, items: messages });
    await place.sent();
    const spent = allThreadsSeconds(daemon.pid) - core;
    const after = await place.written(daemon.pid);
    const sizes = await place.sizes();
    return [
      ...sizeResults(what, sizes, messages + warmUp),
      ...writtenResults(what, { before, after, messages }),
      { what: `${what}: daemon, µs a message`, figure: round((spent / messages) * 1e6) },
    ];
  } finally {
    await daemon.end();
  }
}

/** A table or an index that takes less than four bytes a message is left out. */
function sizeResults(
  what: string,
  sizes: ReadonlyMap<string, number>,
  messages: number,
): readonly Result[] {
  const each = [...sizes].map(([name, bytes]) => [name, bytes / messages] as const);
  const all = each.reduce((sum, [, bytes]) => sum + bytes, 0);
  const large = each.filter(([, bytes]) => bytes >= 4).toSorted(([, a], [, b]) => b - a);
  return [
    { what: `${what}: bytes a message`, figure: round(all) },
    ...large.map(([name, bytes]) => ({ what: `  ${name}`, figure: round(bytes) })),
  ];
}

interface Between {
  readonly before: Written;
  readonly after: Written;
  readonly messages: number;
}

function writtenResults(what: string, { before, after, messages }: Between): readonly Result[] {
  return Object.entries(after).map(([name, value]) => ({
    what: `${what}: ${name} a message`,
    figure: round((value - (before[name] ?? 0)) / messages, name === 'commits' ? 4 : 0),
  }));
}

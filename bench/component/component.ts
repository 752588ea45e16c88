import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../test/support/repository.ts';
import type { Benchmark, Result, Settings, Size } from '../benchmark.ts';
import { BenchDaemon, COMPONENT } from '../measure/daemon.ts';
import { ratios, round, show, spreadOf } from '../measure/figures.ts';
import { Helper } from '../measure/helper.ts';
import { verdictOf } from '../measure/interval.ts';
import { allThreadsSeconds, OTHER_CORE, pin, SERVER_CORE } from '../measure/process.ts';
import type { Fed } from './feeder.ts';
import type { ProfileName } from './items.ts';

const FEEDER = new URL('./feeder.js', import.meta.url);
const FLOOR = new URL('./floor.js', import.meta.url);
const SLIXMPP_SINK = join(REPOSITORY, 'bench/component/slixmpp-sink.py');
const PYTHON = '/usr/bin/python3';

const LEAST_OF_FLOOR = 0.6;
const LEAST_TIMES = 10;

interface Plan {
  readonly rounds: number;
  readonly items: Readonly<Record<Case, number>>;
  readonly slixmppStanzas: number;
}

type Case = Exclude<ProfileName, 'mixed'>;

const CASES: Readonly<Record<Case, string>> = {
  single: 'one item with one fact an IQ',
  batched: '100 items with one fact an IQ',
  coalesced: '100 items with three facts an IQ',
  told: '100 items with two facts and a receipt an IQ',
};

const PLANS: Readonly<Record<Size, Plan>> = {
  quick: {
    rounds: 1,
    items: { single: 5000, batched: 30_000, coalesced: 20_000, told: 20_000 },
    slixmppStanzas: 5000,
  },
  normal: {
    rounds: 3,
    items: { single: 20_000, batched: 80_000, coalesced: 60_000, told: 40_000 },
    slixmppStanzas: 30_000,
  },
  full: {
    rounds: 9,
    items: { single: 60_000, batched: 300_000, coalesced: 200_000, told: 120_000 },
    slixmppStanzas: 60_000,
  },
};

/** Facts a second, by the clock and by the time on a core. */
interface Rate {
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

export const component: Benchmark = {
  name: 'component',
  about: 'facts a second from the wire to committed and acknowledged, against the floor',
  async run(settings) {
    const plan = PLANS[settings.size];
    const results: Result[] = [];
    for (const name of Object.keys(CASES) as Case[])
      results.push(...(await compare(name, plan, settings)));
    return [...results, ...(await compareWithSlixmpp(plan, settings)), ...againstServer(settings)];
  },
};

async function compare(
  name: Case,
  { rounds, items }: Plan,
  { say, measured }: Settings,
): Promise<readonly Result[]> {
  const ours: Rate[] = [];
  const floor: Rate[] = [];
  for (let round = 0; round < rounds; round += 1) {
    floor.push(await measure(name, items[name], startFloor));
    ours.push(await measure(name, items[name], startDaemon));
    say(`${CASES[name]}: floor ${rateText(floor.at(-1))}, ours ${rateText(ours.at(-1))}`);
  }
  const clock = spreadOf(ratios(ours.map(perSecond), floor.map(perSecond)));
  const core = spreadOf(ratios(ours.map(perCpuSecond), floor.map(perCpuSecond)));
  measured.set(name, spreadOf(ours.map(perSecond)).median);
  return [
    {
      what: `${CASES[name]}: of the floor`,
      figure: show(clock, 2),
      goal: { text: `≥ ${LEAST_OF_FLOOR}`, verdict: verdictOf(clock.median >= LEAST_OF_FLOOR) },
    },
    { what: '  the same by processor time', figure: show(core, 2) },
    { what: '  facts a second, ours', figure: show(spreadOf(ours.map(perSecond))) },
    { what: '  facts a second, floor', figure: show(spreadOf(floor.map(perSecond))) },
  ];
}

interface Subject {
  readonly pid: number;
  end(): Promise<void>;
}

type StartSubject = (place: { port: number; database: string }) => Promise<Subject>;

/** Feeds a fresh process on a fresh file: first to warm it up, then to measure it. */
async function measure(name: Case, items: number, start: StartSubject): Promise<Rate> {
  const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
  const feeder = Helper.start(FEEDER, SERVER_CORE);
  try {
    const { port } = await feeder.ask<{ port: number }>({ kind: 'listen' });
    const subject = await start({ port, database: join(folder, 'bench.db') });
    try {
      await feeder.ask({ kind: 'feed', profile: name, items: items / 4 });
      const before = allThreadsSeconds(subject.pid);
      const { facts, seconds } = await feeder.ask<Fed>({ kind: 'feed', profile: name, items });
      const cpu = allThreadsSeconds(subject.pid) - before;
      return { perSecond: facts / seconds, perCpuSecond: facts / cpu };
    } finally {
      await subject.end();
    }
  } finally {
    await feeder.end();
    await rm(folder, { recursive: true });
  }
}

const startDaemon: StartSubject = (place) => BenchDaemon.start(place);

const startFloor: StartSubject = async (place) => {
  const floor = Helper.start(FLOOR, OTHER_CORE);
  await floor.ask(place);
  return floor;
};

async function compareWithSlixmpp(
  { rounds, slixmppStanzas }: Plan,
  { say, measured }: Settings,
): Promise<readonly Result[]> {
  if (!hasSlixmpp())
    return [
      { what: 'slixmpp, a stanza a fact', figure: 'not measured: apt install python3-slixmpp' },
    ];
  const rates: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    rates.push(await measureSlixmpp(slixmppStanzas));
    say(`slixmpp, a stanza a fact: ${Math.round(rates.at(-1) ?? 0)}/s`);
  }
  const slixmpp = spreadOf(rates);
  return [
    timesOurs('slixmpp fed a stanza a fact, which it only counts', slixmpp.median, measured),
    { what: '  facts a second, slixmpp', figure: show(slixmpp) },
  ];
}

/** What the `server` benchmark of this run measured, if it ran. */
function againstServer({ measured }: Settings): readonly Result[] {
  const produced = measured.get('facts a server produces');
  if (produced === undefined) return [];
  return [timesOurs('what one saturated Prosody produces', produced, measured)];
}

function timesOurs(what: string, other: number, measured: ReadonlyMap<string, number>): Result {
  const times = (measured.get('coalesced') ?? Number.NaN) / other;
  return {
    what: `ours (three facts an item), times ${what}`,
    figure: round(times, 1),
    goal: { text: `≥ ${LEAST_TIMES}`, verdict: verdictOf(times >= LEAST_TIMES) },
  };
}

async function measureSlixmpp(stanzas: number): Promise<number> {
  const feeder = Helper.start(FEEDER, SERVER_CORE);
  try {
    const { port } = await feeder.ask<{ port: number }>({ kind: 'listen' });
    const sink = spawn(PYTHON, [SLIXMPP_SINK, COMPONENT, String(port)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      pin(sink.pid ?? 0, OTHER_CORE);
      await Promise.race([once(sink.stdout, 'data'), endOf(sink)]);
      const { facts, seconds } = await feeder.ask<Fed>({ kind: 'flood', stanzas });
      return facts / seconds;
    } finally {
      sink.kill('SIGKILL');
    }
  } finally {
    await feeder.end();
  }
}

async function endOf(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`the slixmpp component ended with ${code}`);
}

function hasSlixmpp(): boolean {
  try {
    execFileSync(PYTHON, ['-c', 'import slixmpp'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const perSecond = (rate: Rate): number => rate.perSecond;
const perCpuSecond = (rate: Rate): number => rate.perCpuSecond;

function rateText(rate: Rate | undefined): string {
  return `${round(rate?.perSecond ?? 0)}/s`;
}

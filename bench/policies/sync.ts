import { rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login, message } from '../../test/support/client.ts';
import type { Result } from '../benchmark.ts';
import { COMPONENT, DOMAIN } from '../measure/daemon.ts';
import { percentile, round, show, spreadOf } from '../measure/figures.ts';
import { cpuSeconds, residentMegabytes } from '../measure/process.ts';
import { changePreferences, versionIn } from './filler.ts';
import { Pinger, type Wait } from './pinger.ts';
import { Stage } from './stage.ts';
import { type Steps, watchSteps } from './steps.ts';

const USERS = ['pinger', 'chooser', 'contact'];
const IDLE_MS = 3000;
const SETTLE_MS = 300;

/** Who change their minds while the component is away. */
const CHANGED_MEANWHILE = 100;

export interface SyncPlan {
  readonly store: string;
  readonly rounds: number;
  readonly users: number;
  readonly changes: number;
}

interface Stall {
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** All in ms, MB and bytes. */
interface Sync {
  readonly whole: { readonly ms: number; readonly cpu: number };
  readonly idle: Stall;
  readonly stall: Stall;
  readonly steps: Steps;
  readonly memory: { readonly before: number; readonly after: number };
  readonly file: number;
  readonly changes: readonly number[];
  readonly changesOnly: { readonly ms: number; readonly bytes: number };
  readonly load: { readonly ms: number; readonly cpu: number };
}

/** The policies of many users on their way to a real Prosody, and there. */
export async function measureSync(
  plan: SyncPlan,
  say: (line: string) => void,
): Promise<readonly Result[]> {
  const runs: Sync[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    runs.push(await measureRound(plan));
    say(`policies of ${plan.users} users: ${textOf(runs.at(-1))}`);
  }
  return resultsOf(runs, plan.users);
}

async function measureRound({ store, changes }: SyncPlan): Promise<Sync> {
  const stage = await Stage.set(store, USERS);
  try {
    const whole = await measureWhole(stage);
    const { size: file } = await stat(stage.policiesFile);
    const changed = await measureChanges(stage, changes);
    const changesOnly = await measureReconnect(stage);
    return { ...whole, file, changes: changed, changesOnly, load: await measureLoad(stage) };
  } finally {
    await stage.dispose();
  }
}

async function measureWhole(
  stage: Stage,
): Promise<Pick<Sync, 'whole' | 'idle' | 'stall' | 'steps' | 'memory'>> {
  const { prosody, database } = stage;
  const version = versionIn(database);
  const pinger = await Pinger.connect(prosody.ports.c2s, 'pinger');
  try {
    pinger.start();
    await sleep(IDLE_MS);
    const idle = stallOf(pinger.stop());
    const before = residentMegabytes(prosody.pid);
    const endWatch = await watchSteps(prosody);
    pinger.start();
    await stage.startDaemon();
    const [startedAt, cpuBefore] = [performance.now(), cpuSeconds(prosody.pid)];
    await stage.untilInForce(version);
    const ms = performance.now() - startedAt;
    const cpu = (cpuSeconds(prosody.pid) - cpuBefore) * 1000;
    const steps = await endWatch();
    const memory = { before, after: residentMegabytes(prosody.pid) };
    await sleep(SETTLE_MS);
    const during = pinger.stop().filter(({ at }) => at >= startedAt && at <= startedAt + ms);
    return { whole: { ms, cpu }, idle, stall: stallOf(during), steps, memory };
  } finally {
    pinger.close();
  }
}

function stallOf(waits: readonly Wait[]): Stall {
  const all = waits.map(({ ms }) => ms);
  return { median: percentile(all, 0.5), p99: percentile(all, 0.99), max: Math.max(...all) };
}

/** From the words to the bot to its answer, that the server enforces it; whether it does is looked at each time. */
async function measureChanges({ prosody }: Stage, count: number): Promise<readonly number[]> {
  const { c2s: port } = prosody.ports;
  const chooser = await login({ jid: `chooser@${DOMAIN}`, port });
  const contact = await login({ jid: `contact@${DOMAIN}`, port });
  const waits: number[] = [];
  try {
    for (let number = 0; number < count; number += 1) {
      const policy = number % 2 === 0 ? 'refuse' : 'client';
      waits.push(await change(chooser, policy));
      await expectAnswer({
        from: chooser,
        to: contact,
        id: `c${number}`,
        passes: policy === 'client',
      });
    }
  } finally {
    chooser.die();
    contact.die();
  }
  return waits;
}

async function change(chooser: Client, policy: string): Promise<number> {
  const since = chooser.mark();
  const startedAt = performance.now();
  const to = `receipts@${COMPONENT}`;
  chooser.send(message({ to, id: `to-bot-${since}`, body: `policy ${policy}`, asks: false }));
  const reply = await chooser.waitFor(
    (stanza) => stanza.is('message') && stanza.getChild('body') !== undefined,
    { since },
  );
  if (!reply.getChild('body')?.getText().startsWith('Done.'))
    throw new Error(`the bot said ${reply}`);
  return performance.now() - startedAt;
}

interface Expected {
  readonly from: Client;
  readonly to: Client;
  readonly id: string;
  readonly passes: boolean;
}

async function expectAnswer({ from, to, id, passes }: Expected): Promise<void> {
  from.answer(to.bareJid, id);
  from.send(element('message', { to: to.bareJid, id: `after-${id}`, type: 'chat' }));
  await to.waitForMessage(`after-${id}`);
  const came = to.received.some((stanza) => stanza.getChild('received')?.attrs['id'] === id);
  if (came !== passes) throw new Error(`the answer ${id} ${came ? 'came through' : 'was stopped'}`);
}

/** The component comes back, and some have changed their minds: only they are sent. */
async function measureReconnect(stage: Stage): Promise<Sync['changesOnly']> {
  await stage.endDaemon();
  const { size } = await stat(stage.policiesFile);
  changePreferences(stage.database, CHANGED_MEANWHILE);
  const version = versionIn(stage.database);
  await stage.startDaemon();
  const startedAt = performance.now();
  await stage.untilInForce(version);
  const ms = performance.now() - startedAt;
  return { ms, bytes: (await stat(stage.policiesFile)).size - size };
}

/** What the file adds to the start of the server: against a start without it. */
async function measureLoad(stage: Stage): Promise<Sync['load']> {
  await stage.endDaemon();
  const loaded = await measureStart(stage);
  await rm(stage.policiesFile);
  const empty = await measureStart(stage);
  return { ms: loaded.ms - empty.ms, cpu: loaded.cpu - empty.cpu };
}

async function measureStart({ prosody }: Stage): Promise<Sync['load']> {
  await prosody.stop();
  const startedAt = performance.now();
  await prosody.start();
  return { ms: performance.now() - startedAt, cpu: cpuSeconds(prosody.pid) * 1000 };
}

function resultsOf(runs: readonly Sync[], users: number): readonly Result[] {
  const figure = (pick: (run: Sync) => number, digits = 0) =>
    show(spreadOf(runs.map(pick)), digits);
  const ratio = (name: keyof Stall) => figure(({ stall, idle }) => stall[name] / idle[name], 1);
  const waits = (which: 'stall' | 'idle') =>
    `${figure((run) => run[which].median, 2)} / ${figure((run) => run[which].p99, 1)} / ${figure((run) => run[which].max, 1)} ms`;
  return [
    {
      what: `all policies of ${round(users)} users sent and in force`,
      figure: `${figure(({ whole }) => whole.ms)} ms, of which Prosody ${figure(({ whole }) => whole.cpu)} ms`,
    },
    { what: '  a client pings meanwhile, median / p99 / longest', figure: waits('stall') },
    { what: '  before that', figure: waits('idle') },
    { what: '  times', figure: `${ratio('median')} / ${ratio('p99')} / ${ratio('max')}` },
    {
      what: '  longest step of Prosody, by its processor time',
      figure: `${figure(({ steps }) => steps.longest, 1)} ms; ${figure(({ steps }) => steps.above['20'])} above 20 ms`,
    },
    {
      what: '  memory of Prosody before, after',
      figure: `${figure(({ memory }) => memory.before)}, ${figure(({ memory }) => memory.after)} MB`,
    },
    { what: '  file of the module', figure: `${figure(({ file }) => file / 2 ** 20, 1)} MB` },
    ...smallResultsOf(runs, figure),
  ];
}

function smallResultsOf(
  runs: readonly Sync[],
  figure: (pick: (run: Sync) => number, digits?: number) => string,
): readonly Result[] {
  const changes = runs.flatMap((run) => run.changes);
  return [
    {
      what: 'one change, from the words to the bot to enforced: median, p99, longest',
      figure: `${round(percentile(changes, 0.5), 1)} / ${round(percentile(changes, 0.99), 1)} / ${round(Math.max(...changes), 1)} ms`,
    },
    {
      what: `${CHANGED_MEANWHILE} changes while the component was away: from connected to in force`,
      figure: `${figure(({ changesOnly }) => changesOnly.ms)} ms, ${figure(({ changesOnly }) => changesOnly.bytes)} bytes`,
    },
    {
      what: 'what the file adds to the start of the server',
      figure: `${figure(({ load }) => load.ms)} ms, by processor time ${figure(({ load }) => load.cpu)} ms`,
    },
  ];
}

function textOf(run: Sync | undefined): string {
  if (run === undefined) return '';
  return `${round(run.whole.ms)} ms, longest stall ${round(run.stall.max, 1)} ms (idle ${round(run.idle.max, 1)} ms)`;
}

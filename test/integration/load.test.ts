import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { newestLife } from '../../src/message/life.ts';
import { statusOf } from '../../src/message/status.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import { FeedComponent, type Sent } from '../support/feed-component.ts';
import { liveMemory } from '../support/live-memory.ts';
import { Load, Probe } from '../support/load.ts';
import { type HostOptions, type Server, startServer } from '../support/server.ts';
import { factsWithUsedStamps, gapsIn, kindsByMessage, type ToldLine } from '../support/told.ts';

/** Its component is the test, which does not read. */
const STALLED = 'stalled.test';
/** Its component is a daemon as operators run it, which is stopped by a signal. */
const FROZEN = 'frozen.test';
const BEFORE_MS = 3000;
const PAUSE_MS = 60_000;
/** Of the pause; then every buffer and queue has the size that it keeps. */
const WARM_UP_MS = 15_000;
/** What waits grows by far more than this; else the comparison says nothing. */
const MIN_BACKLOG_BYTES = 5_000_000;
const CATCH_UP_MS = 60_000;
/** Far more than a message takes on a busy machine, far less than any time-out of ours. */
const MAX_LATENCY_MS = 5000;
/** Names that make a line of the feed ten times as long as usual, so that what waits weighs more than the noise. */
const LONG = { id: 'i'.repeat(240), resource: 'r'.repeat(900) };

describe('a component paused for a minute under load', () => {
  let server: Server;
  let folder: string;
  let daemon: DaemonProcess;
  let store: Store;
  const loads: Load[] = [];
  let probe: Probe;
  let backlogGrownBy = 0;
  let memoryGrownBy = 0;
  let toldMeanwhile = 0;
  /** And answered on a stream that was still there. */
  let told: readonly ToldLine[] = [];
  let toldAtAll: readonly ToldLine[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'load-'));
    server = await startServer({
      hosts: [STALLED, FROZEN].map(withOwnComponent),
      components: [STALLED, FROZEN].map((host) => ({
        domain: componentOf(host),
        secret: 'secret',
      })),
      receipts: {},
      lua: 'limits = {}; c2s_stanza_size_limit = 1024 * 1024',
    });
    daemon = new DaemonProcess(environmentOf(server, folder));
    await daemon.start();
    store = openStore(`sqlite:${join(folder, 'receipts.db')}`);
    await pauseUnderLoad();
  }, 170_000);

  afterAll(async () => {
    await store?.close();
    await daemon?.end('SIGKILL');
    await Promise.all([probe, ...loads].map((one) => one?.leave()));
    await server?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function pauseUnderLoad(): Promise<void> {
    const component = await connect();
    probe = await Probe.start(server, STALLED);
    loads.push(
      await Load.start(server, { host: STALLED, perSecond: 200, long: LONG }),
      await Load.start(server, { host: FROZEN, perSecond: 100 }),
    );
    await sleep(BEFORE_MS);
    component.raw.stall();
    daemon.signal('SIGSTOP');
    const answered = [...component.lines];
    await sleep(WARM_UP_MS);
    const before = await held();
    await sleep(PAUSE_MS - WARM_UP_MS);
    const after = await held();
    backlogGrownBy = after.backlog - before.backlog;
    memoryGrownBy = after.memory - before.memory;
    toldMeanwhile = component.lines.length - answered.length;
    await Promise.all([probe, ...loads].map((one) => one.end()));
    component.raw.unstall();
    daemon.signal('SIGCONT');
    told = [...answered, ...(await catchUp())];
    toldAtAll = [...component.lines, ...told];
    await component.close();
  }

  /** What waits for the component that does not read, in files and in the server's memory. */
  async function held(): Promise<{ readonly backlog: number; readonly memory: number }> {
    const backlog = await bytesIn(dirname(server.receiptsPath(STALLED, 'position')));
    return { backlog, memory: await liveMemory(server) };
  }

  /** The module has ended the stream that took nothing: the component connects again. */
  async function catchUp(): Promise<readonly ToldLine[]> {
    const component = await connect();
    const end = Date.now() + CATCH_UP_MS;
    while (Date.now() < end && !(await isAllTold(component))) await sleep(100);
    await component.close();
    return component.lines;
  }

  async function isAllTold(component: FeedComponent): Promise<boolean> {
    const { attrs } = await component.hello(STALLED);
    return attrs['waiting'] === '0';
  }

  const connect = () =>
    FeedComponent.connect({ domain: componentOf(STALLED), port: server.ports.component });

  test('messages are delivered as fast as ever while a component is paused', () => {
    expect(probe.latencies.length).toBeGreaterThan(60);
    expect(Math.max(...probe.latencies)).toBeLessThan(MAX_LATENCY_MS);
    expect(loads.flatMap((load) => load.missing())).toEqual([]);
  });

  test('facts for a component that does not read wait on the disk, and not in the server’s memory', () => {
    expect(toldMeanwhile).toBe(0);
    expect(backlogGrownBy).toBeGreaterThan(MIN_BACKLOG_BYTES);
    // As terms of the server, a fact each, it would be more than as text.
    expect(memoryGrownBy).toBeLessThan(backlogGrownBy / 2);
  });

  test('after the pause every fact of every message arrives, under one stamp and without a gap', () => {
    const [load] = loads;
    const sent = [...(load?.sent ?? []), ...probe.sent];
    const kinds = kindsByMessage(told);
    const wrong = sent.filter((one) => kinds.get(nameOf(one)) !== kindsExpected(one));
    expect(wrong.slice(0, 5).map((one) => [one, kinds.get(nameOf(one))])).toEqual([]);
    expect(kinds.size).toBe(sent.length);
    expect(gapsIn(told)).toEqual([]);
    expect(factsWithUsedStamps(toldAtAll).slice(0, 5)).toEqual([]);
  });

  test('every message to the users of a daemon that was stopped gets its right status', async () => {
    const end = Date.now() + CATCH_UP_MS;
    let wrong: readonly Sent[] = loads[1]?.sent ?? [];
    expect(wrong.length).toBeGreaterThan(1000);
    while (wrong.length > 0 && Date.now() < end) {
      await sleep(250);
      const statuses = await Promise.all(wrong.map(statusNow));
      wrong = wrong.filter((one, index) => statuses[index] !== statusExpected(one));
    }
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(daemon.output).not.toContain('had to drop');
  }, 70_000);

  async function statusNow({ from, to, id }: Sent): Promise<string | undefined> {
    const found = await store.records.find({
      sender: from as BareJid,
      recipient: to as BareJid,
      id,
    });
    const life = found === undefined ? undefined : newestLife(found.tracked.record);
    return life === undefined ? undefined : statusOf(life.facts);
  }
});

const nameOf = ({ from, to, id }: Sent) => `${id} ${from} ${to}`;
const isAbsent = ({ to }: Sent) => to.startsWith('carol@');
const kindsExpected = (one: Sent) => (isAbsent(one) ? 'accepted stored' : 'accepted sent acked');
const statusExpected = (one: Sent) => (isAbsent(one) ? 'stored' : 'delivered');

function withOwnComponent(name: string): HostOptions {
  return { name, lua: `receipts_component = "${componentOf(name)}"` };
}

function componentOf(host: string): string {
  return `receipts.${host}`;
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function environmentOf(server: Server, folder: string): Readonly<Record<string, string>> {
  return {
    XMPP_RECEIPTS_COMPONENT_DOMAIN: componentOf(FROZEN),
    XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${server.ports.component}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: FROZEN,
    XMPP_RECEIPTS_STORE: `sqlite:${join(folder, 'receipts.db')}`,
  };
}

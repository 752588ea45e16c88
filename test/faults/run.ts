import { setTimeout as sleep } from 'node:timers/promises';
import type { BareJid } from '../../src/message/jid.ts';
import { newestLife } from '../../src/message/life.ts';
import { factsReadUpTo, statusOf } from '../../src/message/status.ts';
import type { Found } from '../../src/store/record-store.ts';
import { Lines, perform } from './actions.ts';
import type { Story } from './ledger.ts';
import { type Person, SENDER } from './people.ts';
import { kindOf, planOf, ROUND_MS, type StoreKind } from './plan.ts';
import { ANOMALIES, type Finding, judge, type Kept, type Matter, type Sort } from './verdict.ts';
import { HIBERNATION_MS, type World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly store: StoreKind;
  /** The first round, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** All is healed and compared after so many rounds. */
  readonly settleEvery: number;
  readonly say: (line: string) => void;
  /** Called when rounds up to this one are compared. */
  readonly settled?: (next: number, counts: Counts) => void;
}

/** What was found of each message. */
type Findings = readonly (readonly [Story, readonly Finding[]])[];

/** How often each sort of finding was met, and how much was compared. */
export type Counts = Record<string, number>;

/** More than a receipt may be late after a kill (docs/operating.md), and a lease of PostgreSQL. */
const PATIENCE_MS = 75_000;
/** What comes later than that is counted. */
const LATE_MS = 12_000;
/** The daemon waits longer after each failure: an operator would start it anew. */
const RECONNECT_MS = 6000;
const LOOK_MS = 200;

/** Runs the rounds of a seed, and compares. */
export class Run {
  readonly counts: Counts = {};
  readonly anomalies: string[] = [];
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #lines = new Lines();
  readonly #judged = new Set<string>();
  /** By the ids of messages: what was said already. */
  readonly #found = new Map<string, readonly Finding[]>();

  constructor(world: World, options: RunOptions) {
    this.#world = world;
    this.#options = options;
  }

  async all(): Promise<void> {
    const { from, to, settleEvery } = this.#options;
    for (let round = from; round < to; round += 1) {
      await this.#round(round);
      const isLast = round + 1 === to;
      if (isLast || (round + 1) % settleEvery === 0) await this.#settle(round + 1, isLast);
    }
    await this.#lookOnceMore();
  }

  async #round(round: number): Promise<void> {
    const { seed, store } = this.#options;
    const startedAt = performance.now();
    for (const step of planOf(seed, round, store)) {
      await sleep(Math.max(0, startedAt + step.at - performance.now()));
      this.#count(kindOf(step));
      perform(step, round, this.#world, this.#lines);
    }
    await sleep(Math.max(0, startedAt + ROUND_MS - performance.now()));
    // Without a server nothing more happens.
    await this.#lines.idle('server');
    this.#count('rounds');
  }

  /** Heals all; compares while those who are away are away, and again when they have come. */
  async #settle(next: number, isLast: boolean): Promise<void> {
    await this.#lines.allIdle();
    this.#world.devicesOf(SENDER).forEach((device) => {
      device.isWanted = true;
    });
    await this.#compare();
    // At times they stay away over a settlement.
    if (isLast || next % 2 === 0) {
      for (const device of this.#world.devices.values()) device.isWanted = true;
      await this.#compare();
    }
    this.#options.settled?.(next, this.counts);
  }

  /** What is told twice may come the second time long after. */
  async #lookOnceMore(): Promise<void> {
    await sleep(LATE_MS);
    this.#judged.clear();
    await this.#compare();
  }

  async #compare(): Promise<void> {
    const { ledger } = this.#world;
    const stories = [...ledger.stories.values()].filter(({ id }) => !this.#judged.has(id));
    const findings = await this.#patiently(stories);
    for (const [story, found] of findings) await this.#note(story, found);
    for (const text of ledger.unknown.splice(0)) this.#complain('wrong', `told ${text}`);
  }

  /** What is missing may still come. */
  async #patiently(stories: readonly Story[]): Promise<Findings> {
    const startedAt = performance.now();
    for (let look = 0; ; look += 1) {
      const found = await this.#findings(stories);
      const waitedMs = performance.now() - startedAt;
      if (waitedMs > PATIENCE_MS || (await this.#isSettled(found, waitedMs))) return found;
      if (look === LATE_MS / LOOK_MS) this.#noteLate(found);
      if (look === RECONNECT_MS / LOOK_MS) await this.#help(found);
      await sleep(LOOK_MS);
    }
  }

  async #isSettled(found: Findings, waitedMs: number): Promise<boolean> {
    const missing = found.flatMap(([, all]) => all).filter(({ mayPass }) => mayPass);
    const isTaken = missing.every(({ sort }) => sort === 'taken with the server');
    const isDone = missing.length === 0 || (isTaken && waitedMs > LATE_MS);
    return isDone && (await this.#isWhole());
  }

  #noteLate(found: Findings): void {
    this.#count('settled late');
    const noisy = [...this.#world.devices.values()].filter(({ isQuiet }) => !isQuiet);
    for (const { name } of noisy) this.#options.say(`late: ${name}`);
    for (const [{ id, to }, all] of found)
      for (const { sort, says } of all.filter(({ mayPass }) => mayPass))
        this.#options.say(`late: ${sort}, ${id} to ${to.name}: ${says}`);
  }

  async #help(found: Findings): Promise<void> {
    if (!(await this.#world.daemon.isReady())) await this.#restartDaemon();
    if (this.#world.server.kind === 'ejabberd') await this.#logInOnceMore(found);
  }

  /**
   * Where a new session took a resource, ejabberd may hand out what the old one held at the next
   * login only (docs/servers.md).
   */
  async #logInOnceMore(found: Findings): Promise<void> {
    const unseen = found.filter(
      ([{ sightings }, all]) => sightings.length === 0 && all.some(({ mayPass }) => mayPass),
    );
    for (const person of new Set(unseen.map(([{ to }]) => to)))
      for (const device of this.#world.devicesOf(person).filter(({ isWanted }) => isWanted)) {
        this.#count('logged in once more');
        await device.leave();
        device.isWanted = true;
      }
  }

  async #restartDaemon(): Promise<void> {
    this.#count('daemon started anew to settle');
    await this.#world.daemon.end('SIGTERM');
    this.#world.daemon.isWanted = true;
  }

  async #isWhole(): Promise<boolean> {
    const devices = [...this.#world.devices.values()];
    return devices.every((device) => device.isQuiet) && (await this.#world.daemon.isReady());
  }

  async #findings(stories: readonly Story[]): Promise<Findings> {
    return Promise.all(
      stories.map(async (story) => [story, judge(await this.#matterOf(story))] as const),
    );
  }

  async #matterOf(story: Story): Promise<Matter> {
    const { server, stops } = this.#world;
    const kept = await this.#keptOf(story);
    return { story, kept, server: server.kind, stops, isAway: this.#isAway(story.to) };
  }

  #find({ id, to }: Story): Promise<Found | undefined> {
    const key = { sender: SENDER.jid as BareJid, recipient: to.jid as BareJid, id };
    return this.#world.store.records.find(key);
  }

  async #keptOf(story: Story): Promise<Kept> {
    const found = await this.#find(story);
    const life = found && newestLife(found.tracked.record);
    const told = found?.tracked.told.filter(({ silent }) => silent !== true) ?? [];
    const status = life && statusOf(factsReadUpTo(life, found?.readUpTo));
    return { status, told: told.map((it) => it.status) };
  }

  #isAway(person: Person): boolean {
    const since = Date.now() - HIBERNATION_MS - 1000;
    return this.#world
      .devicesOf(person)
      .every((device) => !device.isWanted && !device.isAwake && device.awaySince < since);
  }

  async #note(story: Story, found: readonly Finding[]): Promise<void> {
    const before = this.#found.get(story.id) ?? [];
    const added = withoutThose(found, before);
    this.#found.set(story.id, [...before, ...added]);
    for (const { sort, says } of added)
      this.#complain(sort, `${story.id} to ${story.to.name}: ${says}`);
    if (added.some(({ sort }) => sort !== 'repeated'))
      this.#options.say(JSON.stringify([story, await this.#find(story)]));
    // What waits in a store is looked at again when its recipient has come.
    if (found.length > 0 || story.sightings.length > 0) this.#judged.add(story.id);
  }

  #complain(sort: Sort, says: string): void {
    this.#count(sort);
    if (sort === 'repeated') return;
    if (ANOMALIES.includes(sort)) this.anomalies.push(`${sort}: ${says}`);
    this.#options.say(`${sort}: ${says}`);
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

function withoutThose(all: readonly Finding[], those: readonly Finding[]): readonly Finding[] {
  const left = those.map(({ says }) => says);
  return all.filter(({ says }) => {
    const index = left.indexOf(says);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

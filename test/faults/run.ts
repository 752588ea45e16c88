import { setTimeout as sleep } from 'node:timers/promises';
import type { Status } from '../../src/message/status.ts';
import { Lines, perform } from './actions.ts';
import { ANOMALIES, type Finding, type Matter, type Sort } from './finding.ts';
import { type Findings, furtherOf, withoutThose } from './findings.ts';
import { help } from './help.ts';
import { keptOf, noticesIn, recordOf } from './kept.ts';
import type { Story } from './ledger.ts';
import { type Person, SENDER } from './people.ts';
import { kindOf, planOf, ROUND_MS, type StoreKind } from './plan.ts';
import { HIBERNATION_MS } from './start-world.ts';
import type { Counts } from './tally.ts';
import { trialOf, tryOut } from './trials.ts';
import { judge } from './verdict.ts';
import { WordsLook } from './words-look.ts';
import type { World } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  readonly store: StoreKind;
  /** The first round, and the one behind the last. */
  readonly from: number;
  readonly to: number;
  /** All is healed and compared after so many rounds. */
  readonly settleEvery: number;
  /** Each so many rounds there is a trial (trials.ts). */
  readonly tryEvery: number;
  /** It ends when this was found. */
  readonly until?: (anomaly: string) => boolean;
  readonly say: (line: string) => void;
  /** Called when rounds up to this one are compared. */
  readonly settled?: (next: number, counts: Counts) => void;
}

/** More than a receipt may be late after a kill (docs/operating.md), and a lease of PostgreSQL. */
const PATIENCE_MS = 75_000;
/** What comes later than that is counted. */
const LATE_MS = 12_000;
/** The daemon waits longer after each failure: an operator would start it anew. */
const RECONNECT_MS = 6000;
const LOOK_MS = 200;

/** Runs the rounds of a seed, and compares. */
export class Run {
  readonly anomalies: string[] = [];
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #lines = new Lines();
  readonly #words: WordsLook;
  readonly #judged = new Set<string>();
  /** By the ids of messages: what was said already. */
  readonly #found = new Map<string, readonly Finding[]>();

  /** The furthest status that the store had of each message. */
  readonly #furthest = new Map<string, Status>();

  constructor(world: World, options: RunOptions) {
    this.#world = world;
    this.#options = options;
    this.#words = new WordsLook(world);
  }

  get counts(): Counts {
    return this.#world.tally.counts;
  }

  /** It has found what it was to find. */
  get isOver(): boolean {
    return this.anomalies.some((anomaly) => this.#options.until?.(anomaly) === true);
  }

  async all(): Promise<void> {
    const { from, to, settleEvery } = this.#options;
    for (let round = from; round < to && !this.isOver; round += 1) {
      await this.#round(round);
      const isLast = round + 1 === to;
      if (isLast || (round + 1) % settleEvery === 0) await this.#settle(round + 1, isLast);
    }
    if (!this.isOver) await this.#lookOnceMore();
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
      if (next % this.#options.tryEvery === 0) await this.#try(next);
    }
    this.#options.settled?.(next, this.counts);
  }

  async #try(next: number): Promise<void> {
    const { seed, store, tryEvery } = this.#options;
    const trial = trialOf(seed, next / tryEvery, store);
    const hasSaid = await tryOut(trial, next - 1, this.#world);
    if (!hasSaid) this.#complain('unsaid', trial.name);
    await this.#compare();
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
    await this.#noteWords();
  }

  async #noteWords(): Promise<void> {
    const { ledger } = this.#world;
    for (const { sort, says } of await this.#words.findings()) this.#complain(sort, says);
    await this.#words.close();
    for (const line of ledger.words.strange.splice(0)) this.#complain('wrong', `words: ${line}`);
    for (const { text } of ledger.unnamed.splice(0)) this.#complain('wrong', `a notice: ${text}`);
  }

  /** What is missing may still come. */
  async #patiently(stories: readonly Story[]): Promise<Findings> {
    const startedAt = performance.now();
    for (let look = 0; ; look += 1) {
      const found = await this.#findings(stories);
      const words = await this.#words.findings();
      const waitedMs = performance.now() - startedAt;
      if (waitedMs > PATIENCE_MS || (await this.#isSettled(found, words, waitedMs))) return found;
      if (look === LATE_MS / LOOK_MS) this.#noteLate(found, words);
      if (look === RECONNECT_MS / LOOK_MS) await help(found, this.#world);
      await sleep(LOOK_MS);
    }
  }

  async #isSettled(found: Findings, words: readonly Finding[], waitedMs: number): Promise<boolean> {
    const all = [...found.flatMap(([, ofStory]) => ofStory), ...words];
    const missing = all.filter(({ mayPass }) => mayPass);
    const isTaken = missing.every(({ sort }) => sort === 'taken with the server');
    const isDone = missing.length === 0 || (isTaken && waitedMs > LATE_MS);
    return isDone && (await this.#isWhole());
  }

  #noteLate(found: Findings, words: readonly Finding[]): void {
    this.#count('settled late');
    const noisy = [...this.#world.devices.values()].filter(({ isQuiet }) => !isQuiet);
    for (const { name } of noisy) this.#options.say(`late: ${name}`);
    for (const { says } of words) this.#options.say(`late: ${says}`);
    for (const [{ id, to }, all] of found)
      for (const { sort, says } of all.filter(({ mayPass }) => mayPass))
        this.#options.say(`late: ${sort}, ${id} to ${to.name}: ${says}`);
  }

  async #isWhole(): Promise<boolean> {
    const devices = [...this.#world.devices.values()];
    return devices.every((device) => device.isQuiet) && (await this.#world.daemon.isReady());
  }

  async #findings(stories: readonly Story[]): Promise<Findings> {
    const { ledger, store, tally } = this.#world;
    tally.add('notices', ledger.nameNotices(await noticesIn(store)));
    return Promise.all(
      stories.map(async (story) => [story, judge(await this.#matterOf(story))] as const),
    );
  }

  async #matterOf(story: Story): Promise<Matter> {
    const { server, stops, restores, store } = this.#world;
    const kept = await keptOf(story, store);
    const before = this.#furthest.get(story.id);
    this.#furthest.set(story.id, furtherOf(before, kept.status));
    const isAway = this.#isAway(story.to);
    return { story, kept, server: server.kind, stops, restores, before, isAway };
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
      this.#options.say(JSON.stringify(await this.#allOf(story)));
    // What waits in a store is looked at again when its recipient has come.
    if (found.length > 0 || story.sightings.length > 0) this.#judged.add(story.id);
  }

  async #allOf(story: Story) {
    const { store, stops } = this.#world;
    return { story, found: await recordOf(story, store), lastStops: stops.slice(-2) };
  }

  #complain(sort: Sort, says: string): void {
    this.#count(sort);
    if (sort === 'repeated') return;
    if (ANOMALIES.includes(sort)) this.anomalies.push(`${sort}: ${says}`);
    this.#options.say(`${sort}: ${says}`);
  }

  #count(what: string): void {
    this.#world.tally.add(what);
  }
}

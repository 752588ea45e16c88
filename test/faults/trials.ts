import { setTimeout as sleep } from 'node:timers/promises';
import { send } from './actions.ts';
import { clockSteps } from './clock.ts';
import { RECIPIENTS } from './people.ts';
import { Dice, type StoreKind } from './plan.ts';
import type { World } from './world.ts';

/** A fault that has the whole stage: nothing else happens while it lasts. */
export interface Trial {
  readonly name: string;
  readonly begin: (world: World) => Promise<void>;
  /** It lasts until the log of the daemon says this. */
  readonly says?: RegExp;
  readonly end?: (world: World) => Promise<void>;
  /** This machine and this user can do it. */
  readonly isPossible: (world: World) => boolean;
}

const SAY_MS = 60_000;
const SEND_EVERY_MS = 300;
/** So many at once: what a database has at hand is soon used up. */
const BURST = 6;

const always = () => true;
const hasDisk = ({ place }: World) => place.disk !== undefined;

const BACKUP: Trial = {
  name: "yesterday's backup",
  begin: (world) => world.backUpOrRestore(),
  isPossible: always,
};

const CLOCK: readonly Trial[] = [
  { name: 'the clock goes ahead', step: 5 * 3600 },
  { name: 'the clock is set back', step: -5 * 3600 },
].map(({ name, step }) => ({
  name,
  begin: async ({ daemon }) => daemon.stepClock(step),
  says: /the clock of this machine (was set back|went ahead)/,
  isPossible: () => clockSteps.arePossible,
}));

const FULL: Trial = {
  name: 'the disk is full',
  begin: ({ place }) => place.fill(),
  says: /Make room on the disk/,
  end: async ({ place }) => place.disk?.empty(),
  isPossible: hasDisk,
};

const OF_SQLITE: readonly Trial[] = [
  {
    name: 'the store is locked',
    begin: ({ place }) => place.lock(7000),
    says: /store: busy for 5000 ms/,
    isPossible: always,
  },
  {
    name: 'the disk is read-only',
    begin: async (world) => {
      await world.daemon.end('SIGTERM');
      await world.place.setReadOnly(true);
      world.daemon.isWanted = true;
    },
    says: /SQLITE_READONLY|readonly database|read-only/,
    end: async ({ daemon, place }) => {
      await daemon.end('SIGTERM');
      await place.setReadOnly(false);
      daemon.isWanted = true;
    },
    isPossible: hasDisk,
  },
];

const OF_POSTGRES: readonly Trial[] = [
  {
    name: 'the database is read-only',
    begin: ({ place }) => place.setReadOnly(true),
    says: /The database is read-only/,
    end: ({ place }) => place.setReadOnly(false),
    isPossible: always,
  },
  {
    name: 'the database hangs',
    begin: async ({ place }) => void place.postgres?.stopAll(),
    says: /no connection: |Query read timeout|ETIMEDOUT/,
    end: async ({ place }) => place.postgres?.goOnAll(),
    isPossible: always,
  },
];

/** Each has its turn; which one is the first follows from the seed. */
export function trialOf(seed: number, turn: number, store: StoreKind): Trial {
  const all = [FULL, BACKUP, ...CLOCK, ...(store === 'sqlite' ? OF_SQLITE : OF_POSTGRES)];
  return all[(seed + turn) % all.length] ?? FULL;
}

/** Messages are sent until the daemon says what is wrong; `false`: it did not say so. */
export async function tryOut(trial: Trial, round: number, world: World): Promise<boolean> {
  if (!trial.isPossible(world)) {
    world.tally.add(`not tried: ${trial.name}`);
    return true;
  }
  const { daemon } = world;
  const since = daemon.log.length;
  const begun = trial.begin(world);
  if (trial.says === undefined) await begun;
  const hasSaid = await sendUntil(() => isSaid(trial, daemon.log.slice(since)), round, world);
  await begun;
  await trial.end?.(world);
  world.tally.add(`tried: ${trial.name}`);
  return hasSaid;
}

function isSaid({ says }: Trial, log: string): boolean {
  return says === undefined || says.test(log);
}

async function sendUntil(isSo: () => boolean, round: number, world: World): Promise<boolean> {
  const dice = new Dice(round);
  const end = performance.now() + SAY_MS;
  for (; performance.now() < end && !isSo(); await sleep(SEND_EVERY_MS))
    for (let count = 0; count < BURST; count += 1)
      send({ what: 'send', to: dice.pick(RECIPIENTS).name, reports: false }, round, world);
  return isSo();
}

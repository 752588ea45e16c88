import { ADDRESSEES, DEVICES, RECIPIENTS_DEVICES } from './people.ts';

export type StoreKind = 'sqlite' | 'postgres';

/** One thing that is done, so many milliseconds after the round has begun. */
export type Step = { readonly at: number } & Deed;

export type Deed = Sending | PartFault | LinkFault | Moving | Locking | Withholding;

/** A message; with `reports` its sender asks for each status by name. */
export interface Sending {
  readonly what: 'send';
  readonly to: string;
  readonly reports: boolean;
  readonly watch?: Watch;
}

/** For so many seconds silence is fine. */
export interface Watch {
  readonly seconds: number;
  /** What the sender waits for; without it, any sign of the recipient. */
  readonly until?: 'delivered' | 'displayed';
}

export interface PartFault {
  readonly what: 'kill' | 'pause' | 'restart';
  readonly on: Part;
  readonly forMs: number;
}

export interface LinkFault {
  readonly what: 'cut' | 'hold' | 'split' | 'refuse';
  /** `component`, `database`, or a device such as `bob/phone`. */
  readonly link: string;
  readonly forMs: number;
}

export interface Moving {
  readonly what: 'leave' | 'come';
  readonly device: string;
}

/** Another program holds a lock on the store's file. */
export interface Locking {
  readonly what: 'lock';
  readonly forMs: number;
}

/**
 * A message to the owner of that device while all her links are held: the server writes it, and
 * nobody can have it.
 */
export interface Withholding {
  readonly what: 'withhold';
  readonly device: string;
}

export type Part = 'daemon' | 'server' | 'database';

/** A round lasts so long, not counting what must be started anew. */
export const ROUND_MS = 1200;

/** Each device has its turn, one in so many rounds. */
const WITHHELD_EVERY = 3;

const MESSAGES = { least: 3, most: 7 };
const WATCHED_S = { least: 1, most: 8 };
const SHORT_MS = { least: 50, most: 900 };
const LONG_MS = { least: 300, most: 2600 };

/**
 * What is done in a round. It follows from the seed, the number of the round and the store, and
 * from nothing that happens, so that a run can be repeated, and taken up in the middle.
 */
export function planOf(seed: number, round: number, store: StoreKind): readonly Step[] {
  const dice = new Dice(seed * 1_000_003 + round);
  const messages = times(dice.within(MESSAGES), () => sending(dice));
  const faults = times(dice.pick([0, 1, 1, 1, 1, 2, 2, 3]), () => fault(dice, store));
  const others = [...withheldIn(round), watchedIn(seed, round)];
  const steps = [...messages, ...faults, ...others].map((deed) => ({
    at: dice.below(ROUND_MS),
    ...deed,
  }));
  return steps.toSorted((a, b) => a.at - b.at);
}

/** What kind of deed it is, in words: `kill server`, `cut device`. */
export function kindOf(deed: Deed): string {
  if ('on' in deed) return `${deed.what} ${deed.on}`;
  if (!('link' in deed)) return deed.what;
  return `${deed.what} ${DEVICES.includes(deed.link) ? 'device' : deed.link}`;
}

/** Numbers that look like chance and follow from the seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    this.#next();
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  within({ least, most }: { readonly least: number; readonly most: number }): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function sending(dice: Dice): Sending {
  const to = dice.pick(ADDRESSEES).name;
  return { what: 'send', to, reports: dice.below(2) === 0 };
}

/** One in each round: more notices than that are not told at once. */
function watchedIn(seed: number, round: number): Deed {
  const dice = new Dice(seed * 1_000_003 - round - 1);
  const until = dice.pick([undefined, 'delivered', 'displayed'] as const);
  const seconds = dice.within(WATCHED_S);
  return { ...sending(dice), watch: { seconds, ...(until && { until }) } };
}

function fault(dice: Dice, store: StoreKind): Deed {
  switch (
    dice.pick(['daemon', 'daemon', 'server', 'link', 'database', 'device', 'device', 'way'])
  ) {
    case 'daemon':
      return partFault(dice, 'daemon');
    case 'server':
      return partFault(dice, 'server');
    case 'link':
      return linkFault(dice, 'component');
    case 'database':
      return databaseFault(dice, store);
    case 'device':
      return linkFault(dice, dice.pick(DEVICES));
    default:
      return { what: dice.pick(['leave', 'come']), device: dice.pick(DEVICES) };
  }
}

function withheldIn(round: number): readonly Deed[] {
  const turn = round / WITHHELD_EVERY;
  const device = RECIPIENTS_DEVICES[turn % RECIPIENTS_DEVICES.length];
  return device === undefined ? [] : [{ what: 'withhold', device }];
}

function partFault(dice: Dice, on: Part): Deed {
  const what = dice.pick(['kill', 'kill', 'pause', 'restart'] as const);
  return { what, on, forMs: dice.within(what === 'pause' ? LONG_MS : SHORT_MS) };
}

function linkFault(dice: Dice, link: string): Deed {
  const what = dice.pick(['cut', 'cut', 'hold', 'split', 'refuse'] as const);
  return { what, link, forMs: dice.within(LONG_MS) };
}

function databaseFault(dice: Dice, store: StoreKind): Deed {
  if (store === 'sqlite') return { what: 'lock', forMs: dice.within({ least: 300, most: 6500 }) };
  return dice.below(2) === 0 ? partFault(dice, 'database') : linkFault(dice, 'database');
}

function times<T>(count: number, make: () => T): readonly T[] {
  return Array.from({ length: count }, make);
}

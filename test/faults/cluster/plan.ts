import { Dice } from '../plan.ts';

export const RECIPIENTS = ['bob', 'carol'] as const;
export type Recipient = (typeof RECIPIENTS)[number];

export const POLICIES = ['client', 'automatic', 'manual', 'refuse'] as const;
export type Policy = (typeof POLICIES)[number];

export type ClusterDeed = Choice | NodeFault | StreamFault | DaemonFault;

/** A recipient tells the bot, on that node or the next one that runs. */
export interface Choice {
  readonly what: 'choose';
  readonly who: Recipient;
  readonly policy: Policy;
  readonly node: number;
}

/** `part`: it is cut off from all others for so long, and then restarted, as Mnesia needs it. */
export interface NodeFault {
  readonly what: 'kill' | 'restart' | 'part';
  readonly node: number;
  readonly forMs: number;
}

/** `move`: for so long the component reaches no other node than this one. */
export interface StreamFault {
  readonly what: 'cut' | 'move';
  readonly node: number;
  readonly forMs: number;
}

export interface DaemonFault {
  readonly what: 'daemon';
  readonly forMs: number;
}

/** A round lasts so long at least, and until who chose has an answer. */
export const ROUND_MS = 1200;

/** The ones that stop answers come up most: they promise something. */
const CHOICES: readonly Policy[] = ['refuse', 'refuse', 'refuse', 'manual', 'client', 'automatic'];
const FAULTS = ['kill', 'kill', 'restart', 'part', 'cut', 'move', 'move', 'daemon'] as const;
const AWAY_MS = { least: 50, most: 4000 };
const STREAM_MS = { least: 100, most: 2000 };

/** What is done in a round follows from the seed, its number and the number of nodes only. */
export function planOf(seed: number, round: number, nodes: number): readonly ClusterDeed[] {
  const dice = new Dice(seed * 1_000_003 + round);
  const choices = RECIPIENTS.filter(() => dice.below(3) > 0).map((who) => choice(who, nodes, dice));
  const faults = Array.from({ length: dice.pick([0, 1, 1, 1, 2]) }, () => fault(nodes, dice));
  return [...choices, ...faults];
}

function choice(who: Recipient, nodes: number, dice: Dice): Choice {
  return { what: 'choose', who, policy: dice.pick(CHOICES), node: dice.below(nodes) };
}

function fault(nodes: number, dice: Dice): ClusterDeed {
  const what = dice.pick(FAULTS);
  const node = dice.below(nodes);
  if (what === 'daemon') return { what, forMs: dice.within(STREAM_MS) };
  const isOfStream = what === 'cut' || what === 'move';
  return isOfStream
    ? { what, node, forMs: dice.within(STREAM_MS) }
    : { what, node, forMs: dice.within(AWAY_MS) };
}

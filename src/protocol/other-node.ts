import type { Stamp } from '../message/time.ts';
import { NS } from './namespaces.ts';
import { readNumber } from './words.ts';
import type { Element } from './xml.ts';

export const NODE_STATES = ['up', 'silent', 'down'] as const;

/**
 * `silent`: the node runs, and no module of this version answers there. `down`: it is not reached;
 * it may be dead, or cut off from the node that speaks.
 */
export type NodeState = (typeof NODE_STATES)[number];

/** docs/protocol.md §2.1: another node of a cluster, as the one says that has our stream. */
export interface OtherNode {
  readonly name: string;
  readonly state: NodeState;
  /** Since when it is not up, by the clock of the node that speaks. */
  readonly since: Stamp | undefined;
  /** Its newest stamp or, if nothing waits there, its present time. */
  readonly at: Stamp | undefined;
  readonly waiting: number;
  readonly spool: number | undefined;
  readonly spoolLimit: number | undefined;
  readonly gap: Stamp | undefined;
}

export function readOtherNodes(hello: Element): readonly OtherNode[] {
  const named = hello.getChildren('node', NS.feed).filter(({ attrs }) => attrs['name']);
  return named.map(({ attrs }) => ({
    name: attrs['name'] ?? '',
    // A word of a newer module says at least that this node is not known to be well.
    state: NODE_STATES.find((state) => state === attrs['state']) ?? 'silent',
    since: readNumber(attrs['since']),
    at: readNumber(attrs['at']),
    waiting: readNumber(attrs['waiting']) ?? 0,
    spool: readNumber(attrs['spool']),
    spoolLimit: readNumber(attrs['spool-limit']),
    gap: readNumber(attrs['gap']),
  }));
}

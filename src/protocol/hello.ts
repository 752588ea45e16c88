import type { Stamp } from '../message/time.ts';
import { type HostHealth, readHealth } from './host-health.ts';
import { NS } from './namespaces.ts';
import { type OtherNode, readOtherNodes } from './other-node.ts';
import { readNumber, wordsIn } from './words.ts';
import { child, type Element, element } from './xml.ts';

/** docs/protocol.md §2.1: the version of the feed that we speak. */
export const FEED_VERSION = '1';

export interface ModuleHello {
  readonly version: string;
  readonly module: string;
  readonly server: string;
  readonly serverVersion: string;
  readonly proves: readonly string[];
  /** The orders that it understands: `policies`, `deliver`. */
  readonly enforces: readonly string[];
  /** Further orders that it takes: `may-remind`. */
  readonly orders: readonly string[];
  /** Where it keeps messages for absent users: `offline`, `archive`. */
  readonly stores: readonly string[];
  /** What it tells when it is asked: `policies`. */
  readonly gives: readonly string[];
  /**
   * How many nodes its server has, itself included. If there are several and `enforces` is empty,
   * what it enforces holds only on the node that has our stream.
   */
  readonly nodes: number;
  /** The node that speaks; empty: its module names none, as on Prosody. */
  readonly node: string;
  /** The others that were not dropped from the cluster. */
  readonly others: readonly OtherNode[];
  /** The version of the policies that it has; empty if it has none. */
  readonly policies: string;
  /** The server's newest stamp or, if nothing waits, its present time. */
  readonly at: Stamp | undefined;
  /** Items that we have not acknowledged. */
  readonly waiting: number;
  /** Ours, repeated; absent if it does not know it yet, or is older than secrets. */
  readonly secret: string | undefined;
  readonly health: HostHealth;
}

export function readHello(parent: Element): ModuleHello | undefined {
  const hello = child(parent, 'hello', NS.feed);
  if (hello === undefined) return undefined;
  const { attrs } = hello;
  return {
    version: attrs['version'] ?? 'none',
    module: attrs['module'] ?? 'unknown',
    server: attrs['server'] ?? 'unknown',
    serverVersion: attrs['server-version'] ?? 'unknown',
    proves: wordsIn(attrs['proves']),
    enforces: wordsIn(attrs['enforces']),
    orders: wordsIn(attrs['orders']),
    stores: wordsIn(attrs['stores']),
    gives: wordsIn(attrs['gives']),
    ...readNodes(hello),
    policies: attrs['policies'] ?? '',
    at: readNumber(attrs['at']),
    waiting: readNumber(attrs['waiting']) ?? 0,
    secret: attrs['secret'],
    health: readHealth(attrs),
  };
}

function readNodes(hello: Element): Pick<ModuleHello, 'nodes' | 'node' | 'others'> {
  const { nodes, node = '' } = hello.attrs;
  return { nodes: readNumber(nodes) ?? 1, node, others: readOtherNodes(hello) };
}

/**
 * docs/protocol.md §2.1: the facts and lines that restrict what may be told. A module keeps them for
 * a daemon that says that it knows them. `nodes`: we keep a clock for each node of a cluster.
 */
const KNOWS = 'unseen kept emptied restarted nodes';

export function helloElement(daemon: string, secret: string): Element {
  const attributes = { version: FEED_VERSION, daemon, knows: KNOWS, secret };
  return element('hello', { xmlns: NS.feed, ...attributes });
}

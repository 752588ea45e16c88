import type { Stamp } from '../message/time.ts';
import type { ModuleHello } from '../protocol/hello.ts';
import type { OtherNode } from '../protocol/other-node.ts';
import type { Logger } from '../telemetry/log.ts';

export interface NodeWatchParts {
  readonly log: Logger;
  /** Called when a node was dropped from its cluster: what it had not told is lost. */
  readonly onDropped: (domain: string, at: Stamp) => void;
}

type States = ReadonlyMap<string, OtherNode['state']>;
type Said = Pick<ModuleHello, 'node' | 'others' | 'at'>;

/** Says once when a node of a cluster holds back its domain, and when that is over. */
export class NodeWatch {
  readonly #parts: NodeWatchParts;
  readonly #nodes = new Map<string, States>();

  constructor(parts: NodeWatchParts) {
    this.#parts = parts;
  }

  look(domain: string, hello: Said): void {
    const before: States = this.#nodes.get(domain) ?? new Map();
    const now = statesIn(hello);
    this.#nodes.set(domain, now);
    const missing = hello.others.filter(({ state }) => state !== 'up');
    for (const other of missing.filter(({ name, state }) => before.get(name) !== state))
      this.#miss(domain, other);
    const names = [...before.keys()];
    for (const name of names.filter((it) => !now.has(it))) this.#drop(domain, name, hello.at);
    for (const name of names.filter((it) => before.get(it) !== 'up' && now.get(it) === 'up'))
      this.#find(domain, name);
  }

  #miss(domain: string, other: OtherNode): void {
    this.#parts.log.error({ domain, node: other.name }, missingNode(domain, other));
  }

  #find(domain: string, node: string): void {
    this.#parts.log.info({ domain, node }, `the node ${node} of ${domain} is back`);
  }

  #drop(domain: string, node: string, at: Stamp | undefined): void {
    this.#parts.log.warn({ domain, node }, dropped(domain, node));
    if (at !== undefined) this.#parts.onDropped(domain, at);
  }
}

/** Servers without nodes name none. */
function statesIn({ node, others }: Said): States {
  const states = new Map(others.map(({ name, state }) => [name, state]));
  return node === '' ? states : states.set(node, 'up');
}

/** What holds a domain back, and what to do. */
export function missingNode(domain: string, { name, state }: OtherNode): string {
  const what = state === 'down' ? 'is not reached' : 'runs, but its mod_receipts does not answer';
  return `the node ${name} of ${domain} ${what}: nothing expires for this domain, nothing is told that waits for a client's own answer, and no change of a policy is confirmed, because facts may wait there. ${toDo({ name, state })}`;
}

export function toDo({ name, state }: Pick<OtherNode, 'name' | 'state'>): string {
  const mend =
    state === 'down' ? 'Start that node' : 'Load or update mod_receipts on that node (see its log)';
  return `${mend}, or drop it for good: ejabberdctl leave_cluster ${name}`;
}

function dropped(domain: string, node: string): string {
  return `the node ${node} of ${domain} was dropped from the cluster: what its spool still held is lost, so no older message is called lost any more`;
}

import type { ModuleHello } from '../protocol/hello.ts';
import type { OtherNode } from '../protocol/other-node.ts';
import type { Logger } from '../telemetry/log.ts';

/** Says once when a node of a cluster holds back its domain, and when that is over. */
export class NodeWatch {
  readonly #log: Pick<Logger, 'error' | 'info' | 'warn'>;
  /** The nodes of each domain that were said to be missing, and how. */
  readonly #missing = new Map<string, ReadonlyMap<string, OtherNode['state']>>();

  constructor(log: Pick<Logger, 'error' | 'info' | 'warn'>) {
    this.#log = log;
  }

  look(domain: string, { node, others }: Pick<ModuleHello, 'node' | 'others'>): void {
    const before = this.#missing.get(domain) ?? new Map<string, OtherNode['state']>();
    const missing = others.filter(({ state }) => state !== 'up');
    this.#missing.set(domain, new Map(missing.map(({ name, state }) => [name, state])));
    for (const other of missing)
      if (before.get(other.name) !== other.state) this.#miss(domain, other);
    const up = new Set([node, ...others.map(({ name }) => name)]);
    const over = [...before.keys()].filter((name) => !this.#missing.get(domain)?.has(name));
    for (const name of over) this.#found(domain, name, up.has(name));
  }

  #miss(domain: string, other: OtherNode): void {
    this.#log.error({ domain, node: other.name }, missingNode(domain, other));
  }

  #found(domain: string, node: string, isBack: boolean): void {
    if (isBack) this.#log.info({ domain, node }, `the node ${node} of ${domain} is back`);
    else this.#log.warn({ domain, node }, dropped(domain, node));
  }
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
  return `the node ${node} of ${domain} was dropped from the cluster: what its spool held is lost, and older messages are not called lost any more`;
}

import { FEED_VERSION, type ModuleHello } from '../protocol/hello.ts';
import { conditionOf } from '../protocol/iq.ts';
import type { Element } from '../protocol/xml.ts';
import type { ServerProblem, ServerProblemReason } from './server-problem.ts';

export function introduction(domain: string, hello: ModuleHello): string {
  const { server, serverVersion, module, proves, enforces, nodes } = hello;
  const orders = isHalfServed(hello) ? onOneOf(nodes) : enforces.join(', ') || 'nothing';
  return `${domain}: ${server} ${serverVersion} with mod_receipts ${module} proves ${proves.join(', ')}; takes orders for ${orders}${clusterOf(hello)}`;
}

function clusterOf({ node, others }: ModuleHello): string {
  if (others.length === 0) return '';
  const names = [node, ...others.map(({ name }) => name)].toSorted();
  return `; it is a cluster of ${names.join(', ')}`;
}

/** Is it a cluster with a module that enforces policies on one node only? */
export function isHalfServed({
  nodes,
  enforces,
}: Pick<ModuleHello, 'nodes' | 'enforces'>): boolean {
  return nodes > 1 && !enforces.includes('policies');
}

function onOneOf(nodes: number): string {
  return `nothing that it can promise, because it is a cluster of ${nodes} nodes: policies are enforced, and ticks delivered, only on the node that has our stream, and no policy is confirmed to users. Update mod_receipts on all nodes, or let users connect to that node only.`;
}

export function missing(
  domain: string,
  { answer, component }: { answer: Element; component: string },
): ServerProblem {
  const condition = conditionOf(answer);
  const reason = REASON_OF[condition] ?? 'no-module';
  if (reason === 'failing') return { reason, line: failing(domain) };
  const line =
    `${domain} does not answer as mod_receipts (${condition}): nothing can be told about its users. ` +
    `Load mod_receipts on that host, for the component ${component}.`;
  return { reason, line };
}

/** RFC 6120 §8.3.3; any other condition is that of a host without the module. */
const REASON_OF: Readonly<Record<string, ServerProblemReason>> = {
  'internal-server-error': 'failing',
  forbidden: 'other-component',
  'item-not-found': 'no-host',
  'remote-server-not-found': 'no-host',
  'remote-server-timeout': 'no-host',
};

function failing(domain: string): string {
  return `${domain}: its mod_receipts failed to say hello (internal-server-error): nothing can be told about its users until it does. See the log of that server.`;
}

export function silent(domain: string): ServerProblem {
  const line = `${domain} does not answer: nothing can be told about its users until it does. Is it a host of this server?`;
  return { reason: 'silent', line };
}

export function otherVersion(domain: string, version: string): ServerProblem {
  const line = `${domain}: its mod_receipts speaks version ${version} of the feed, this daemon ${FEED_VERSION}: update the older of the two`;
  return { reason: 'other-feed', line };
}

export function misspelt(from: string, domain: string): ServerProblem {
  const line = `${from} is the spelling that its server has for ${domain}, and the server knows no other: write "${from}" in "domains" instead of "${domain}"; until then nothing can be told about its users`;
  return { reason: 'misspelt', line };
}

export function unconfigured(from: string): string {
  return `${from} has mod_receipts for our component, but is not in "domains": if it is a host of our server, add "${from}" to "domains"; until then nothing can be told about its users`;
}

export function unexpected(domain: string): string {
  return `${domain} could not be greeted: this is a bug, please report it`;
}

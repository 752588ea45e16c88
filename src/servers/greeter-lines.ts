import { FEED_VERSION, type ModuleHello } from '../protocol/hello.ts';
import { conditionOf } from '../protocol/iq.ts';
import type { Element } from '../protocol/xml.ts';

export function introduction(
  domain: string,
  { server, serverVersion, module, proves, enforces, nodes }: ModuleHello,
): string {
  const orders = nodes > 1 ? onOneOf(nodes) : enforces.join(', ') || 'nothing';
  return `${domain}: ${server} ${serverVersion} with mod_receipts ${module} proves ${proves.join(', ')}; takes orders for ${orders}`;
}

function onOneOf(nodes: number): string {
  return `nothing that it can promise, because it is a cluster of ${nodes} nodes: policies are enforced, and ticks delivered, only on the node that has our stream, and no policy is confirmed to users. Let users connect to that node only, or run one node.`;
}

export function missing(
  domain: string,
  { answer, component }: { answer: Element; component: string },
): string {
  const condition = conditionOf(answer);
  if (condition === 'internal-server-error') return failing(domain);
  return (
    `${domain} does not answer as mod_receipts (${condition}): nothing can be told about its users. ` +
    `Load mod_receipts on that host, for the component ${component}.`
  );
}

function failing(domain: string): string {
  return `${domain}: its mod_receipts failed to say hello (internal-server-error): nothing can be told about its users until it does. See the log of that server.`;
}

export function silent(domain: string): string {
  return `${domain} does not answer: nothing can be told about its users until it does. Is it a host of this server?`;
}

export function otherVersion(domain: string, version: string): string {
  return `${domain}: its mod_receipts speaks version ${version} of the feed, this daemon ${FEED_VERSION}: update the older of the two`;
}

export function misspelt(from: string, domain: string): string {
  return `${from} is the spelling that its server has for ${domain}, and the server knows no other: write "${from}" in "domains" instead of "${domain}"; until then nothing can be told about its users`;
}

export function unconfigured(from: string): string {
  return `${from} has mod_receipts for our component, but is not in "domains": if it is a host of our server, add "${from}" to "domains"; until then nothing can be told about its users`;
}

export function unexpected(domain: string): string {
  return `${domain} could not be greeted: this is a bug, please report it`;
}

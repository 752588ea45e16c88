import { VERSION } from '../telemetry/version.ts';
import type { Evidence, ServerSeen } from './evidence.ts';
import type { Finding } from './finding.ts';
import { moduleLines, storeLines } from './paste.ts';

/** Without a connection nothing is known of any domain. */
export function serverFindings({ link, servers, component }: Evidence): readonly Finding[] {
  if (link?.isOnline !== true) return [];
  return servers.flatMap((server) =>
    server.problem === undefined ? met(server) : [missed(server, component)],
  );
}

function missed({ domain, problem = '' }: ServerSeen, component: string): Finding {
  return {
    severity: 'red',
    about: domain,
    seen: problem,
    expected: `mod_receipts on the host ${domain}, spelled so, for the component ${component}`,
    paste: moduleLines(component, domain),
  };
}

function met(server: ServerSeen): readonly Finding[] {
  const seen = `${server.server} with mod_receipts ${server.module}`;
  return [{ severity: 'green', about: server.domain, seen }, ...doubts(server)];
}

function doubts(server: ServerSeen): readonly Finding[] {
  return [...otherVersion(server), ...withoutStores(server), ...ofCluster(server)];
}

function otherVersion({ domain, module }: ServerSeen): readonly Finding[] {
  if (module === VERSION) return [];
  const expected = `version ${VERSION}, as this program has: update the older of the two`;
  return [{ severity: 'amber', about: domain, seen: `mod_receipts ${module}`, expected }];
}

const EFFECT = {
  offline: 'messages to who is away are refused or only archived',
  archive: 'what was delivered cannot be read again from the archive',
} as const;

function withoutStores({ domain, stores }: ServerSeen): readonly Finding[] {
  return (['offline', 'archive'] as const)
    .filter((store) => !stores.includes(store))
    .map((store) => ({
      severity: 'amber',
      about: domain,
      seen: `no ${store} store: ${EFFECT[store]}`,
      expected: `the module of that store, if users shall have it`,
      paste: storeLines(store, domain),
    }));
}

function ofCluster({ domain, nodes = 1 }: ServerSeen): readonly Finding[] {
  if (nodes === 1) return [];
  const expected = 'one node: policies and ticks hold only on the node that has our stream';
  return [{ severity: 'amber', about: domain, seen: `a cluster of ${nodes} nodes`, expected }];
}

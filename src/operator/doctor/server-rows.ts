import { toDo } from '../../servers/node-watch.ts';
import type { ServerProblemReason } from '../../servers/server-problem.ts';
import { VERSION } from '../../telemetry/version.ts';
import type { NodeSeen, ServerSeen } from './evidence.ts';
import { domainSettings, hostLines, moduleLines, storeLines } from './paste.ts';
import { type Row, rowsAbout, serverRow, serversSeen } from './row.ts';

/** What was seen of a server of which nothing can be told, for one of these reasons. */
const missed =
  (...reasons: readonly ServerProblemReason[]) =>
  ({ problem, reason = 'no-module' }: ServerSeen) =>
    reasons.includes(reason) ? problem : undefined;

const withoutStore =
  (store: 'offline' | 'archive', effect: string) =>
  ({ problem, stores }: ServerSeen) =>
    problem === undefined && !stores.includes(store) ? `no ${store} store: ${effect}` : undefined;

const stranger = rowsAbout<string>({
  all: ({ link, unconfigured }) => (link?.isOnline === true ? unconfigured : []),
  about: (host) => host,
});

const isUp = ({ state }: NodeSeen) => state === 'up';

const missingNode = rowsAbout<NodeSeen & Pick<ServerSeen, 'domain'>>({
  all: (evidence) =>
    serversSeen(evidence).flatMap(({ domain, otherNodes = [] }) =>
      otherNodes.filter((node) => !isUp(node)).map((node) => ({ domain, ...node })),
    ),
  about: ({ domain }) => domain,
});

const INSTALL =
  'If the server does not have it: "xmpp-receipts module prosody --into /usr/local/lib/prosody/modules", or "xmpp-receipts module ejabberd --into /var/lib/ejabberd/.ejabberd-modules/sources" and then "ejabberdctl module_install mod_receipts"';

export const SERVER_ROWS: readonly Row[] = [
  serverRow('greeted', {
    severity: 'green',
    seen: ({ problem, server, module, stores }) =>
      problem === undefined
        ? `${server} with mod_receipts ${module}; messages for who is away: ${stores.join(', ') || 'nowhere'}`
        : undefined,
  }),
  serverRow('silent', {
    severity: 'red',
    seen: missed('silent', 'not-yet'),
    expected: ({ domain }) => `a server that answers for ${domain}: is it a host of ours?`,
  }),
  serverRow('no-host', {
    severity: 'red',
    seen: missed('no-host'),
    expected: ({ domain }) => `a host ${domain}, spelled so, on our server`,
    paste: ({ domain }, { component }) => hostLines(component, domain),
  }),
  serverRow('no-module', {
    severity: 'red',
    seen: missed('no-module'),
    expected: ({ domain }, { component }) =>
      `mod_receipts on the host ${domain}, spelled so, for the component ${component}. ${INSTALL}`,
    paste: ({ domain }, { component }) => moduleLines(component, domain),
  }),
  serverRow('other-component', {
    severity: 'red',
    seen: missed('other-component'),
    expected: (_, { component }) =>
      `receipts_component (Prosody) or component (ejabberd) of mod_receipts: ${component}`,
    paste: ({ domain }, { component }) => moduleLines(component, domain),
  }),
  serverRow('module-fails', {
    severity: 'red',
    seen: missed('failing'),
    expected: () => 'a module that answers: the log of the server says what fails',
  }),
  serverRow('other-feed', {
    severity: 'red',
    seen: missed('other-feed'),
    expected: () => `mod_receipts ${VERSION}, as "xmpp-receipts module" copies it`,
  }),
  serverRow('misspelt', {
    severity: 'red',
    seen: missed('misspelt'),
    expected: ({ spelled }) => `"${spelled}" in "domains", as its server spells it`,
    paste: ({ domain, spelled = domain }, { domains }) =>
      domainSettings(domains.map((it) => (it === domain ? spelled : it))),
  }),
  stranger('unconfigured-host', {
    severity: 'amber',
    seen: (host) => `${host} has mod_receipts for our component, but is not in "domains"`,
    expected: (host) => `"${host}" in "domains", if it is a host of ours`,
    paste: (host, { domains }) => domainSettings([...domains, host]),
  }),
  serverRow('other-version', {
    severity: 'amber',
    seen: ({ problem, module }) =>
      problem === undefined && module !== VERSION ? `mod_receipts ${module}` : undefined,
    expected: () => `version ${VERSION}, as this program has: update the older of the two`,
  }),
  serverRow('no-offline-store', {
    severity: 'amber',
    seen: withoutStore('offline', 'messages to who is away are refused or only archived'),
    expected: () => 'the module of that store, if users shall have it',
    paste: (server) => storeLines('offline', server),
  }),
  serverRow('no-archive', {
    severity: 'amber',
    seen: withoutStore('archive', 'what was delivered cannot be read again from the archive'),
    expected: () => 'the module of that store, if users shall have it',
    paste: (server) => storeLines('archive', server),
  }),
  serverRow('cluster', {
    severity: 'green',
    seen: ({ node, otherNodes = [] }) =>
      otherNodes.length > 0 && otherNodes.every(isUp)
        ? `a cluster; our stream is at ${node}, and these answer: ${otherNodes.map(({ name }) => name).join(', ')}`
        : undefined,
  }),
  missingNode('node-missing', {
    severity: 'red',
    seen: ({ name, state, downSeconds }) =>
      `${name} ${state === 'down' ? 'is not reached' : 'runs, but its mod_receipts does not answer'}${downSeconds === undefined ? '' : `, for ${downSeconds} s`}: nothing expires, nothing that waits for a client's own answer is told, and no change of a policy is confirmed`,
    expected: (node) => toDo(node),
  }),
];

import { join } from 'node:path';
import { REPOSITORY } from '../repository.ts';
import type { Pasted } from '../server/back-end.ts';
import type { ComponentOptions, HostOptions, Ports, ServerOptions } from '../server/options.ts';
import { type LuaValue, luaAssignments } from './lua-literal.ts';

/** What the configuration is made of. */
export interface ConfigParts {
  readonly options: ServerOptions;
  readonly folder: string;
  readonly ports: Ports;
  /** Where the servers of other domains listen. */
  readonly peers: Readonly<Record<string, number>>;
  readonly asRoot: boolean;
  readonly pasted?: readonly Pasted[];
}

const MODULES = ['roster', 'saslauth', 'disco', 'carbons', 'csi_simple', 'ping', 'dialback'];
const CONTROL_MODULES = ['test_control', 'test_peers'];
const HTTP_MODULES = ['bosh', 'websocket'];

const STREAM_MANAGEMENT_DEFAULTS = { hibernationSeconds: 4, ackDelaySeconds: 3 };

export const dataPath = (folder: string): string => join(folder, 'data');
export const logPath = (folder: string): string => join(folder, 'prosody.log');

/** The text of prosody.cfg.lua. */
export function configText(parts: ConfigParts): string {
  const { hosts, components = [], muc, multicast, lua = '' } = parts.options;
  return [
    luaAssignments(globalOptions(parts)),
    lua,
    ...pastedAbove(parts),
    ...hosts.map((host) => hostText(host, parts.options)),
    ...components.map(componentText),
    ...(muc === undefined ? [] : [mucText(muc)]),
    ...(multicast === undefined ? [] : [`Component "${multicast}" "test_multicast"`]),
    ...pastedBelow(parts),
  ].join('\n\n');
}

const ABOVE = '-- above the first VirtualHost:\n';
const BELOW = '-- at the end:\n';

/** Lines for the global section say so; those for a host, and what stands behind BELOW, do not. */
function pastedAbove({ pasted = [] }: ConfigParts): readonly string[] {
  return pasted.map(({ prosody = '' }) =>
    prosody.startsWith(ABOVE) ? (prosody.split(BELOW)[0] ?? '') : '',
  );
}

function pastedBelow({ pasted = [] }: ConfigParts): readonly string[] {
  return pasted.map(({ prosody = '' }) =>
    prosody.startsWith(ABOVE) ? (prosody.split(BELOW)[1] ?? '') : prosody,
  );
}

function globalOptions(parts: ConfigParts): Readonly<Record<string, LuaValue | undefined>> {
  return {
    ...placeOptions(parts),
    ...portOptions(parts.ports),
    ...httpOptions(parts),
    ...streamOptions(),
    ...streamManagementOptions(parts.options),
    modules_enabled: enabledModules(parts.options),
    modules_disabled: disabledModules(parts.options),
    storage: 'internal',
    archive_expires_after: 'never',
    // Prosody's file archive reads everything for each page: few pages are quicker.
    max_archive_query_results: 1000,
    storage_archive_item_limit: 1_000_000,
    component_stanza_size_limit: parts.options.componentStanzaBytes,
    test_peers: parts.peers,
  };
}

function placeOptions({
  folder,
  asRoot,
  options,
}: ConfigParts): Readonly<Record<string, LuaValue>> {
  return {
    run_as_root: asRoot,
    daemonize: false,
    pidfile: join(folder, 'prosody.pid'),
    data_path: dataPath(folder),
    plugin_paths: [
      join(REPOSITORY, 'test/support/lua'),
      options.moduleFolder ?? join(REPOSITORY, 'prosody-config/modules'),
    ],
    log: [{ to: 'file', filename: logPath(folder), levels: { min: options.logLevel ?? 'info' } }],
  };
}

function portOptions(ports: Ports): Readonly<Record<string, LuaValue>> {
  const interfaces = ['127.0.0.1'];
  return {
    interfaces,
    local_interfaces: interfaces,
    component_interfaces: interfaces,
    use_ipv6: false,
    c2s_ports: [ports.c2s],
    s2s_ports: [ports.s2s],
    component_ports: [ports.component],
    test_control_ports: [ports.control],
  };
}

function httpOptions({
  options: { http },
  ports,
}: ConfigParts): Readonly<Record<string, LuaValue>> {
  if (http === undefined) return {};
  return {
    http_interfaces: ['127.0.0.1'],
    http_ports: [ports.http],
    https_ports: [],
    bosh_max_inactivity: http.inactivitySeconds,
  };
}

function streamOptions(): Readonly<Record<string, LuaValue>> {
  return {
    authentication: 'internal_plain',
    allow_unencrypted_plain_auth: true,
    c2s_require_encryption: false,
    s2s_require_encryption: false,
    s2s_secure_auth: false,
    // A client that never answers must not hold up a restart.
    c2s_close_timeout: 1,
    s2s_close_timeout: 1,
  };
}

function streamManagementOptions({
  streamManagement,
}: ServerOptions): Readonly<Record<string, LuaValue | undefined>> {
  if (streamManagement === 'off') return {};
  const timings = { ...STREAM_MANAGEMENT_DEFAULTS, ...streamManagement };
  return {
    smacks_hibernation_time: timings.hibernationSeconds,
    smacks_max_ack_delay: timings.ackDelaySeconds,
    smacks_max_queue_size: timings.queueSize,
  };
}

function enabledModules(options: ServerOptions): readonly string[] {
  return [
    ...MODULES,
    ...CONTROL_MODULES,
    ...(options.streamManagement === 'off' ? [] : ['smacks']),
    ...(options.blocking === false ? [] : ['blocklist']),
    ...(options.http ? HTTP_MODULES : []),
    ...(options.modules ?? []),
  ];
}

// Without TLS there are no certificates.
function disabledModules({ http }: ServerOptions): readonly string[] {
  return ['tls', 's2s_auth_certs', ...(http ? [] : ['http'])];
}

function hostText(host: HostOptions, options: ServerOptions): string {
  const isWatched = options.receipts !== undefined && host.receipts !== false;
  const enabled = [
    ...storesAndPush(host),
    ...(isWatched ? ['receipts'] : []),
    ...(host.modules ?? []),
  ];
  // A list of the host replaces the global one; those that it would undo are named again.
  const disabled = [
    ...disabledModules(options),
    ...(host.offline === false ? ['offline'] : []),
    ...(options.s2s === false ? ['s2s'] : []),
  ];
  return [
    `VirtualHost "${host.name}"`,
    luaAssignments({
      modules_enabled: enabled,
      modules_disabled: disabled,
      ...(isWatched ? options.receipts : {}),
    }),
    host.lua ?? '',
  ].join('\n');
}

function storesAndPush({ mam, push }: HostOptions): readonly string[] {
  return [...(mam ? ['mam'] : []), ...(push ? ['cloud_notify'] : [])];
}

function componentText({
  domain,
  secret,
  conflict = 'kick_old',
  lua = '',
}: ComponentOptions): string {
  const assignments = luaAssignments({
    component_secret: secret,
    component_conflict_resolve: conflict,
  });
  return `Component "${domain}"\n${assignments}\n${lua}`;
}

// A room that its first occupant has not configured would be locked for everybody else.
function mucText(domain: string): string {
  return `Component "${domain}" "muc"\nmuc_room_locking = false\nrestrict_room_creation = false`;
}

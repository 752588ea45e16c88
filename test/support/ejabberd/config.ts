import { join } from 'node:path';
import type { HostOptions, Ports, ServerOptions } from '../server/options.ts';

/** What the configuration is made of. */
export interface ConfigParts {
  readonly options: ServerOptions;
  readonly folder: string;
  readonly ports: Ports;
}

type Yaml = string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };
type Modules = Readonly<Record<string, Yaml>>;

/** At the paths that Prosody has for the same. */
const HTTP_HANDLERS = { '/xmpp-websocket': 'ejabberd_http_ws', '/http-bind': 'mod_bosh' };

const STREAM_MANAGEMENT_DEFAULTS = { hibernationSeconds: 4, ackDelaySeconds: 60 };

export const logPath = (folder: string): string => join(folder, 'ejabberd.log');
export const dataPath = (folder: string): string => join(folder, 'data');

/** The text of ejabberd.yml; JSON is YAML too. */
export function configText(parts: ConfigParts): string {
  const { options } = parts;
  return JSON.stringify(
    {
      hosts: options.hosts.map(({ name }) => name),
      loglevel: options.logLevel === 'warn' ? 'warning' : (options.logLevel ?? 'info'),
      log_rotate_size: 'infinity',
      listen: listeners(parts),
      auth_method: 'internal',
      auth_password_format: 'plain',
      s2s_use_starttls: false,
      outgoing_s2s_families: ['ipv4'],
      outgoing_s2s_timeout: '5 s',
      // A dead server must not be avoided for minutes.
      s2s_max_retry_delay: 1,
      // More than the tests send to anybody who is away.
      shaper_rules: { max_user_offline_messages: options.ejabberd?.offlineMessages ?? 20_000 },
      modules: {},
      host_config: Object.fromEntries(
        options.hosts.map((host, index) => [
          host.name,
          { modules: modulesOf(host, options, index === 0) },
        ]),
      ),
    },
    undefined,
    2,
  );
}

function listeners({ options, ports }: ConfigParts): readonly Yaml[] {
  const { components = [] } = options;
  const open = { ip: '127.0.0.1' };
  return [
    { ...open, port: ports.c2s, module: 'ejabberd_c2s', max_stanza_size: 1_048_576 },
    ...(options.s2s === false ? [] : [{ ...open, port: ports.s2s, module: 'ejabberd_s2s_in' }]),
    ...(options.http
      ? [{ ...open, port: ports.http, module: 'ejabberd_http', request_handlers: HTTP_HANDLERS }]
      : []),
    ...(components.length === 0
      ? []
      : [
          {
            ...open,
            port: ports.component,
            module: 'ejabberd_service',
            // Or each stream would take the stanzas of all of them.
            global_routes: options.ejabberd?.sharesStreams === true,
            ...(options.componentStanzaBytes === undefined
              ? {}
              : { max_stanza_size: options.componentStanzaBytes }),
            check_from: options.ejabberd?.trustsComponents !== true,
            hosts: Object.fromEntries(
              components.map(({ domain, secret }) => [domain, { password: secret }]),
            ),
          },
        ]),
  ];
}

function modulesOf(host: HostOptions, options: ServerOptions, isFirst: boolean): Modules {
  return {
    mod_roster: {},
    mod_disco: {},
    mod_carboncopy: {},
    mod_client_state: {},
    mod_ping: {},
    mod_s2s_dialback: {},
    ...(options.blocking === false ? {} : { mod_privacy: {}, mod_blocking: {} }),
    ...streamManagement(options),
    ...(host.offline === false
      ? {}
      : {
          mod_offline: { use_mam_for_storage: options.ejabberd?.usesArchiveForOffline ?? false },
        }),
    ...(host.mam ? { mod_mam: { default: 'always', request_activates_archiving: false } } : {}),
    ...pushOf(host),
    ...(options.http ? { mod_bosh: { max_inactivity: options.http.inactivitySeconds } } : {}),
    ...(isFirst ? servicesOf(options) : {}),
    ...(options.ejabberd?.blockStrangers === undefined
      ? {}
      : { mod_block_strangers: options.ejabberd.blockStrangers as Yaml }),
    ...receipts(host, options),
  };
}

function servicesOf({ muc, multicast }: ServerOptions): Modules {
  return {
    ...(muc === undefined ? {} : { mod_muc: { hosts: [muc] } }),
    ...(multicast === undefined ? {} : { mod_multicast: { hosts: [multicast] } }),
  };
}

function pushOf({ push }: HostOptions): Modules {
  return push ? { mod_push: {}, mod_push_keepalive: {} } : {};
}

function streamManagement({ streamManagement: asked }: ServerOptions): Modules {
  if (asked === 'off') return {};
  const { hibernationSeconds, ackDelaySeconds, ...more } = {
    ...STREAM_MANAGEMENT_DEFAULTS,
    ...asked,
  };
  return {
    mod_stream_mgmt: {
      resume_timeout: hibernationSeconds,
      ack_timeout: ackDelaySeconds,
      max_ack_queue: more.queueSize ?? 5000,
      resend_on_timeout: 'if_offline',
    },
  };
}

function receipts(host: HostOptions, { receipts: asked }: ServerOptions): Modules {
  if (asked === undefined || host.receipts === false) return {};
  const entries = Object.entries(asked).map(([name, value]) => [
    name.replace(/^receipts_/, ''),
    value as Yaml,
  ]);
  return { mod_receipts: Object.fromEntries(entries) };
}

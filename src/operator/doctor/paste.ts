import type { ServerSeen } from './evidence.ts';
import type { Paste } from './finding.ts';

/** What Prosody reads only outside of any host. */
export const ABOVE = '-- above the first VirtualHost:';
const BELOW = '-- at the end:';

/** XEP-0114: the component, as each server is told of it. */
export function componentLines(component: string, address: string): Paste {
  const port = portIn(address);
  return {
    prosody: [
      ABOVE,
      `component_ports = { ${port} }`,
      BELOW,
      `Component "${component}"`,
      '\tcomponent_secret = "the text of the secret"',
    ].join('\n'),
    ejabberd: listener(component, port, []),
  };
}

/** A listener for this component; `options` are further lines of it. */
export function listener(component: string, port: string, options: readonly string[]): string {
  return [
    'listen:',
    '  -',
    `    port: ${port}`,
    '    ip: "127.0.0.1"',
    '    module: ejabberd_service',
    '    global_routes: false',
    ...options.map((line) => `    ${line}`),
    '    hosts:',
    `      "${component}":`,
    '        password: "the text of the secret"',
  ].join('\n');
}

export function moduleLines(component: string, domain: string): Paste {
  return {
    prosody: [
      `VirtualHost "${domain}"`,
      '\tmodules_enabled = { "receipts" } -- and what this host has in a list of its own',
      `\treceipts_component = "${component}"`,
    ].join('\n'),
    ejabberd: ejabberdModule(component, []),
  };
}

/** ejabberd does not start with a module in both files. */
export function ejabberdModule(component: string, options: readonly string[]): string {
  return [
    '# after module_install these go into conf/mod_receipts.yml, which it named, not into ejabberd.yml:',
    'modules:',
    '  mod_receipts:',
    ...[`component: "${component}"`, ...options].map((line) => `    ${line}`),
  ].join('\n');
}

/** The host itself, with the module. */
export function hostLines(component: string, domain: string): Paste {
  const { prosody = '', ejabberd = '' } = moduleLines(component, domain);
  return { prosody, ejabberd: ['hosts:', `  - "${domain}"`, ejabberd].join('\n') };
}

export function storeLines(store: 'offline' | 'archive', server: ServerSeen): Paste {
  const [prosody, ejabberd] = store === 'offline' ? ['offline', 'mod_offline'] : ['mam', 'mod_mam'];
  return {
    prosody: withModule(server, prosody),
    ejabberd: `modules:\n  ${ejabberd}: ${OPTIONS_OF[store]}`,
  };
}

/** Whether the archive keeps messages is the choice of each user, unless the operator says so. */
const OPTIONS_OF = { offline: '{}', archive: '{default: always}' } as const;

/**
 * A list of a host replaces the one that stands there, so it names what we know of. What is loaded
 * by itself is missing only where it is disabled.
 */
export function withModule({ domain, stores, health }: ServerSeen, module: string): string {
  const known = [
    'receipts',
    // Loaded by itself, unless a list above all hosts disables it.
    ...(stores.includes('offline') ? ['offline'] : []),
    ...(stores.includes('archive') ? ['mam'] : []),
    ...(health?.acks === true ? ['smacks'] : []),
  ];
  const names = [...new Set([...known, module])].map((name) => `"${name}"`);
  return [
    `VirtualHost "${domain}"`,
    `\tmodules_enabled = { ${names.join(', ')} }`,
    ...(module === 'offline' ? ['\tmodules_disabled = {}'] : []),
  ].join('\n');
}

export function serverSettings(address: string): Paste {
  return { settings: `component:\n  server: 127.0.0.1:${portIn(address)}` };
}

export function portIn(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}

export function domainSettings(domains: readonly string[]): Paste {
  return { settings: ['domains:', ...domains.map((domain) => `  - "${domain}"`)].join('\n') };
}

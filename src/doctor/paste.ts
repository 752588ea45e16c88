import type { Paste } from './finding.ts';

/** XEP-0114: the component, as each server is told of it. */
export function componentLines(component: string, address: string): Paste {
  const port = address.slice(address.lastIndexOf(':') + 1);
  return {
    prosody: [
      `component_ports = { ${port} }`,
      `Component "${component}"`,
      '\tcomponent_secret = "the text of the secret"',
    ].join('\n'),
    ejabberd: [
      'listen:',
      '  -',
      `    port: ${port}`,
      '    ip: "127.0.0.1"',
      '    module: ejabberd_service',
      '    global_routes: false',
      '    hosts:',
      `      "${component}":`,
      '        password: "the text of the secret"',
    ].join('\n'),
  };
}

export function moduleLines(component: string, domain: string): Paste {
  return {
    prosody: [
      `VirtualHost "${domain}"`,
      '\tmodules_enabled = { "receipts" }',
      `\treceipts_component = "${component}"`,
    ].join('\n'),
    ejabberd: ['modules:', '  mod_receipts:', `    component: "${component}"`].join('\n'),
  };
}

export function storeLines(store: 'offline' | 'archive', domain: string): Paste {
  const [prosody, ejabberd] = store === 'offline' ? ['offline', 'mod_offline'] : ['mam', 'mod_mam'];
  return {
    prosody: `VirtualHost "${domain}"\n\tmodules_enabled = { "receipts", "${prosody}" }`,
    ejabberd: `modules:\n  ${ejabberd}: {}`,
  };
}

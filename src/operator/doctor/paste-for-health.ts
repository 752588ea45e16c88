import type { Evidence, ServerSeen } from './evidence.ts';
import type { Paste } from './finding.ts';
import { ABOVE, ejabberdModule, listener, portIn, withModule } from './paste.ts';

/** What Prosody takes from a component unless it is told. */
const STANZA_BYTES = 524_288;
/** So many times as much. */
const MORE = 4;
const SPOOL_BYTES = 67_108_864;

const portOf = ({ address }: Evidence) => portIn(address);

export function listenerLines(evidence: Evidence): Paste {
  return { ejabberd: listener(evidence.component, portOf(evidence), []) };
}

export function stanzaLines(evidence: Evidence): Paste {
  const { component } = evidence;
  return {
    prosody: `${ABOVE}\ncomponent_stanza_size_limit = ${STANZA_BYTES}`,
    ejabberd: listener(component, portOf(evidence), [`max_stanza_size: ${STANZA_BYTES}`]),
  };
}

/** That of Prosody knows no exceptions. */
export function filterLines({ domain }: ServerSeen, { component }: Evidence): Paste {
  return {
    prosody: `VirtualHost "${domain}"\n\tmodules_disabled = { "block_strangers" }`,
    ejabberd: [
      'modules:',
      '  mod_block_strangers:',
      `    access: [{allow: [{server: "${component}"}]}]`,
    ].join('\n'),
  };
}

export function acksLines(server: ServerSeen): Paste {
  return {
    prosody: withModule(server, 'smacks'),
    ejabberd: ['modules:', '  mod_stream_mgmt:', '    resend_on_timeout: if_offline'].join('\n'),
  };
}

export function spoolLines({ domain, health }: ServerSeen, { component }: Evidence): Paste {
  const bytes = (health?.spoolLimit ?? SPOOL_BYTES) * MORE;
  return {
    prosody: `VirtualHost "${domain}"\n\treceipts_spool_limit = ${bytes}`,
    ejabberd: ejabberdModule(component, [`spool_limit: ${bytes}`]),
  };
}

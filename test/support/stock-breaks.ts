import type { Stock } from './stock.ts';

/** One thing that is wrong with a set-up that worked. */
export interface Break {
  readonly finding: string;
  /** Makes it wrong; the server is restarted afterwards. */
  readonly breaks: string;
  /** What check says in words, where no lines mend it. */
  readonly mends?: string;
}

const YAML = '/etc/ejabberd/ejabberd.yml';
const LUA = '/etc/prosody/prosody.cfg.lua';
const COMPONENT = '/etc/prosody/conf.d/receipts.cfg.lua';
const MODULES = '/var/lib/ejabberd/.ejabberd-modules';

/** Beside each server. */
const SETTINGS: readonly Break[] = [
  { finding: 'settings-wrong', breaks: 'mv secret lost', mends: 'mv lost secret' },
  { finding: 'unresolved', breaks: 'sed -i "s/127.0.0.1:5347/xmpp.invalid:5347/" receipts.yaml' },
];

const ANOTHER_DOMAIN: Break = {
  finding: 'no-host',
  breaks: 'sed -i "s/domains: .*/domains: [localhost, chat.localhost]/" receipts.yaml',
};

const PROSODY: readonly (readonly Break[])[] = [
  [
    {
      finding: 'name-unknown',
      breaks: `sed -i s/receipts.localhost/receipt.localhost/ ${COMPONENT}`,
    },
    {
      finding: 'other-component',
      breaks: `sed -i 's/receipts_component = .*/receipts_component = "receipt.localhost"/' ${LUA}`,
    },
    { finding: 'no-offline-store', breaks: `sed -i 's/-- "offline"/"offline"/' ${LUA}` },
    { finding: 'no-acks', breaks: `sed -i 's/"smacks"/-- "smacks"/' ${LUA}` },
  ],
  [
    {
      finding: 'secret-refused',
      breaks: `sed -i 's/_secret = .*/_secret = "another"/' ${COMPONENT} ${LUA}`,
    },
    ANOTHER_DOMAIN,
    {
      finding: 'stanzas-too-short',
      breaks: `sed -i '1i component_stanza_size_limit = 5000' ${LUA}`,
    },
  ],
  [
    ...SETTINGS,
    {
      finding: 'unreached',
      breaks: `rm ${COMPONENT}; sed -i '/^Component "receipts/,/^$/d' ${LUA}`,
    },
    {
      finding: 'no-module',
      breaks: 'rm -r /usr/local/lib/prosody/modules/mod_receipts',
      mends: 'node dist/xmpp-receipts.js module prosody --into /usr/local/lib/prosody/modules',
    },
  ],
];

const listener = (more: string) => `sed -i 's/^    global_routes: false/${more}/' ${YAML}`;

const EJABBERD: readonly (readonly Break[])[] = [
  [
    {
      finding: 'secret-refused',
      breaks: `sed -i 's/^        password: .*/        password: another/' ${YAML}`,
    },
    {
      finding: 'other-component',
      breaks: `printf 'modules:\\n  mod_receipts:\\n    component: receipt.localhost\\n' >${MODULES}/mod_receipts/conf/mod_receipts.yml`,
    },
    {
      finding: 'stanzas-short',
      breaks: listener('    global_routes: false\\n    max_stanza_size: 20000'),
    },
    { finding: 'no-offline-store', breaks: `sed -i '/^  mod_offline:/,+1d' ${YAML}` },
    { finding: 'no-acks', breaks: `sed -i '/^  mod_stream_mgmt:/,+1d' ${YAML}` },
  ],
  [
    ANOTHER_DOMAIN,
    {
      finding: 'shared-listener',
      breaks: `sed -i 's/^    global_routes: false/    global_routes: true/; s/^ *"\\?receipts.localhost"\\?:/      gateway.localhost: {password: other}\\n&/' ${YAML}`,
    },
    {
      finding: 'strangers-filter',
      breaks: `sed -i 's/^modules:/modules:\\n  mod_block_strangers: {}/' ${YAML}`,
    },
  ],
  [
    ...SETTINGS,
    { finding: 'unreached', breaks: `sed -i 's/port: 5347/port: 5999/' ${YAML}` },
    {
      finding: 'no-module',
      breaks: `ejabberdctl module_uninstall mod_receipts; rm -r ${MODULES}/*`,
      mends: `node dist/xmpp-receipts.js module ejabberd --into ${MODULES}/sources
chown -R ejabberd:ejabberd ${MODULES}
ejabberdctl module_install mod_receipts`,
    },
  ],
];

/** What is wrong at the same time, in the order in which check finds it. */
export const BREAKS: Readonly<Record<Stock['name'], readonly (readonly Break[])[]>> = {
  prosody: PROSODY,
  ejabberd: EJABBERD,
};

import { parse, stringify } from 'yaml';
import type { Block } from './blocks.ts';
import { mergedYaml } from './ejabberd/pasted.ts';
import { blocksBelow } from './readme.ts';

const PROSODY_BLOCKS = blocksBelow('Attach it to your own Prosody, in five minutes');
const EJABBERD_BLOCKS = blocksBelow('Attach it to your own ejabberd, in five minutes');

/** The domain of Debian's files stands where the reader puts their own. */
const ours = ({ text }: Block): string => text.replaceAll('example.org', 'localhost');

const MODULE_FILE = '/var/lib/ejabberd/.ejabberd-modules/mod_receipts/conf/mod_receipts.yml';

const [module = '', host = '', restart = '', daemon = '', prosodySays = ''] =
  PROSODY_BLOCKS.map(ours);
const [entry = '', restarted = '', install = '', ejabberdSays = ''] = EJABBERD_BLOCKS.map(ours);

/** Step 3: all but its last line, and that line, which stays in the foreground. */
export const DAEMON = {
  settings: daemon.slice(0, daemon.lastIndexOf('node ')),
  start: daemon.slice(daemon.lastIndexOf('node ')).trim(),
};

/** A step of README.md: a script to type, or a change of the server's configuration. */
export type Step =
  | { readonly type: string }
  /** What it prints is pasted. */
  | { readonly paste: (text: string, printed: string) => string; readonly printedBy: string };

interface Pasting {
  readonly file: string;
  /** Whether some of the lines go there; all do, if it says nothing. */
  readonly takes?: (lines: string) => boolean;
  readonly into: (text: string, lines: string) => string;
}

export interface Stock {
  readonly name: 'prosody' | 'ejabberd';
  readonly file: string;
  /** Prints nothing where the configuration is as the package brought it. */
  readonly changes: string;
  /** What its package left to the administrator, or makes when it is installed. */
  readonly prepare: string;
  readonly steps: readonly Step[];
  /** What the log of the daemon says when all is well; the version is that of this machine. */
  readonly says: readonly RegExp[];
  /** What an attached server is made of. */
  readonly places: string;
  readonly addAccount: (name: string) => string;
  /** docs/check.md, "Where to paste": which lines of them go into which file. */
  readonly paste: readonly Pasting[];
}

const PROSODY: Stock = {
  name: 'prosody',
  file: '/etc/prosody/prosody.cfg.lua',
  changes: 'dpkg --verify prosody',
  // Clients are let in by TLS only, and Debian brings no certificate.
  prepare: `
rm -rf /var/lib/prosody/*
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \\
  -addext subjectAltName=DNS:localhost -keyout key -out certificate 2>/dev/null
install -g prosody -m 640 key /etc/prosody/certs/localhost.key
install -g prosody -m 640 certificate /etc/prosody/certs/localhost.crt`,
  steps: [
    { type: module },
    { printedBy: 'true', paste: (text) => text.replace(/^VirtualHost "localhost"\n/m, host) },
    { type: restart },
    { type: DAEMON.settings },
  ],
  says: linesOf(prosodySays),
  places: '/etc/prosody /usr/local/lib/prosody',
  addAccount: (name) => `prosodyctl register ${name} localhost secret`,
  paste: [{ file: '/etc/prosody/prosody.cfg.lua', into: pasteLua }],
};

const EJABBERD: Stock = {
  name: 'ejabberd',
  file: '/etc/ejabberd/ejabberd.yml',
  // Its package makes it of this example, and writes into it who the administrator is.
  changes: `
changed() { diff /usr/share/ejabberd/ejabberd.yml.example /etc/ejabberd/ejabberd.yml; }
changed | grep '^[<>]' | grep -vE '^[<>] *(##)? *(admin:|user:|- ".*"|)$' || true`,
  prepare: 'find /var/lib/ejabberd -mindepth 1 -not -name .erlang.cookie -delete',
  steps: [
    {
      printedBy: entry,
      paste: (text, printed) => text.replace(/^listen:\n/m, `listen:\n${printed}`),
    },
    { type: restarted },
    { type: install },
    { type: DAEMON.settings },
  ],
  says: linesOf(ejabberdSays),
  places: '/etc/ejabberd /var/lib/ejabberd/.ejabberd-modules',
  addAccount: (name) => `ejabberdctl register ${name} localhost secret`,
  paste: [
    {
      file: '/etc/ejabberd/ejabberd.yml',
      into: (text, lines) => pasteYaml(text, splitYaml(lines).rest),
    },
    {
      file: MODULE_FILE,
      takes: (lines) => lines.includes('mod_receipts:'),
      into: (text, lines) => pasteYaml(text, splitYaml(lines).ofModule),
    },
  ],
};

export const STOCK = { prosody: PROSODY, ejabberd: EJABBERD } as const;

/** The text before the dots, with any version of the server. */
function linesOf(block: string): readonly RegExp[] {
  const lines = block.trim().split('\n');
  return lines.map((line) => {
    const text = line.replace(/…$/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return new RegExp(text.replace(/(Prosody|ejabberd) [\d\\.-]+/, '$1 [\\d.-]+'));
  });
}

const ABOVE = '-- above the first VirtualHost:\n';
const BELOW = '-- at the end:\n';

function pasteLua(text: string, lines: string): string {
  const [above, below = ''] = lines.startsWith(ABOVE)
    ? lines.slice(ABOVE.length).split(BELOW)
    : ['', lines];
  return `${text.replace(/^VirtualHost /m, `${above}\nVirtualHost `)}\n${below}\n`;
}

type Section = Readonly<Record<string, unknown>>;

function pasteYaml(text: string, pasted: Section): string {
  return stringify(mergedYaml(parse(text) as never, pasted as never));
}

/** Options of our module go where module_install has put it. */
function splitYaml(lines: string): { readonly ofModule: Section; readonly rest: Section } {
  const { modules = {}, ...others } = parse(lines) as { readonly modules?: Section };
  const { mod_receipts: options, ...rest } = modules;
  return {
    ofModule: options === undefined ? {} : { modules: { mod_receipts: options } },
    rest: Object.keys(rest).length === 0 ? others : { ...others, modules: rest },
  };
}

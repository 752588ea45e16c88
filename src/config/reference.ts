import { LANGUAGES } from '../message/languages.ts';
import { variableOf } from './environment.ts';
import { OPTIONS, type Option } from './options.ts';

const OPENING = `# Settings

This page is made from the code: \`npm run manual\`. What an option is for stands beside it in the
schema (\`src/config/schema.ts\`), and the words of "it must be" are those of the error for another
value.

All settings are in one YAML file, named by \`--config\`. Every option can also come from the
environment, which wins; there, lists are separated by commas. Paths are relative to the file's
folder (without a file: to the working directory). Wrong settings end the start with exit code 78.
Then there is one line for each mistake: the option, what was expected and what was found. Settings
that contradict each other are mistakes too, and so are environment variables that begin with
\`XMPP_RECEIPTS_\` and are not in these tables. After a change, SIGHUP says
[what needs a restart](operating.md#signals-and-service-managers).

The module's options are in its README: [Prosody](../prosody-config/modules/mod_receipts/README.md),
[ejabberd](../ejabberd-config/modules/mod_receipts/README.md).

## A file

\`\`\`yaml
component:
  domain: receipts.example.org      # the component's name, as the server knows it
  server: 127.0.0.1:5347            # the server's component port
  secretFile: ./secret              # the file that holds the shared secret
domains: [example.org]              # whose facts are believed, and whose users get receipts
store: sqlite:./receipts.db
receipts:
  text: true                        # words for people; without them most clients show nothing
policy:
  default: client                   # the policy of recipients who chose none
admins: [admin@example.org]         # who may ask for statistics
language: en                        # or ${LANGUAGES.slice(1).join(', ')}
log:
  level: info
\`\`\`
`;

const HEAD = `| option | it must be | default | what it is for | environment variable |
| --- | --- | --- | --- | --- |
`;

/** docs/settings.md is this text; a test compares them. */
export function settingsReference(): string {
  const names = [...new Set(OPTIONS.map(sectionOf))];
  const sections = names.map((name) => {
    const options = OPTIONS.filter((option) => sectionOf(option) === name);
    const heading = name === '' ? 'Outside of sections' : `\`${name}\``;
    return `## ${heading}\n\n${HEAD}${options.map(row).join('')}`;
  });
  return [OPENING, ...sections].join('\n');
}

function sectionOf({ name }: Option): string {
  return name.includes('.') ? name.slice(0, name.indexOf('.')) : '';
}

function row(option: Option): string {
  const { name, expected } = option;
  return `| \`${name}\` | ${expected} | ${usualOf(option)} | ${meaningOf(option)} | \`${variableOf(name)}\` |\n`;
}

/** As it would stand in the file. */
function usualOf({ isRequired, usual }: Option): string {
  if (isRequired) return 'must be set';
  if (usual === undefined) return '–';
  return Array.isArray(usual) ? `\`[${usual.join(', ')}]\`` : `\`${usual}\``;
}

function meaningOf({ meaning }: Option): string {
  const { says = '', more } = meaning ?? {};
  return more === undefined ? says : `${says} [More](${more})`;
}

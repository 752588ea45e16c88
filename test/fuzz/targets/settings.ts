import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { BadConfig, loadConfig } from '../../../src/config/config.ts';
import { variableOf } from '../../../src/config/environment.ts';
import { OPTIONS } from '../../../src/config/options.ts';
import { mutated } from '../corpus.ts';
import { insist, type Target } from '../target.ts';

/** It may be in every place that is for a secret, and be shown in none. */
const CANARY = 'hunter2-hunter2-hunter2';

interface Input {
  readonly yaml: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly mayShow: boolean;
}

const scalar = fc.oneof(
  fc.constantFrom(
    'true',
    '7',
    '-1',
    '1e99',
    '""',
    '[]',
    '{}',
    '~',
    'example.org',
    '127.0.0.1:1',
    '"a@b"',
    '[example.org]',
    '*a',
    '&a x',
    '!!binary x',
    '[[[[',
    '"',
  ),
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text)),
);
const option = fc.constantFrom(
  ...OPTIONS.map(({ name }) => name),
  'component',
  'domains',
  'http',
  '__proto__',
  'x.y',
);
const secret = fc.constantFrom(
  CANARY,
  `"${CANARY}"`,
  `[${CANARY}]`,
  `{a: ${CANARY}}`,
  `&${CANARY} x`,
  `*${CANARY}`,
  `!!${CANARY} x`,
);
const store = fc.constantFrom(
  `postgres://u:${CANARY}@db/x`,
  `postgres:/u:${CANARY}@db`,
  `postgre://u:${CANARY}@x@db/y`,
  `mysql://db?password=${CANARY}&a=b`,
);

const structured = fc
  .tuple(
    fc.dictionary(option, scalar, { maxKeys: 5, noNullPrototype: true }),
    fc.record(
      { 'component.secret': secret, 'http.token': secret, store },
      { requiredKeys: [], noNullPrototype: true },
    ),
    fc.dictionary(option, fc.string({ maxLength: 8 }), { maxKeys: 2, noNullPrototype: true }),
  )
  .map(
    ([options, secrets, variables]): Input => ({
      yaml: yamlOf({
        'component.domain': 'r.example.org',
        domains: '[example.org]',
        ...options,
        ...secrets,
      }),
      environment: Object.fromEntries(
        Object.entries(variables)
          .filter(([, value]) => !value.includes('\0'))
          .map(([name, value]) => [variableOf(name), value]),
      ),
      mayShow: false,
    }),
  );

const WORDS = [
  'component:',
  'domains:',
  '\n',
  '  ',
  '- ',
  '[',
  '{',
  '"',
  '&a ',
  '*a',
  '? ',
  '<<: *a',
  '!!',
  '|',
  '---',
  '\t',
];
const plain = (yaml: string): Input => ({ yaml, environment: {}, mayShow: true });

export const settings: Target<Input> = {
  name: 'settings',
  about: 'settings in YAML and in the environment: usable, or refused without showing a secret',
  inputs: fc.oneof(
    structured,
    mutated('settings', WORDS).map(plain),
    fc.string({ maxLength: 60 }).map(plain),
  ),
  read: plain,
  open: () => {
    const folder = mkdtempSync(join(tmpdir(), 'receipts-fuzz-'));
    const file = join(folder, 'receipts.yml');
    return {
      isAsync: false,
      check: (input) => checkSettings(file, input),
      close: () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};

function checkSettings(file: string, { yaml, environment, mayShow }: Input): void {
  writeFileSync(file, yaml);
  try {
    const { domains } = loadConfig(file, environment);
    insist(domains.length > 0, 'settings without a domain');
  } catch (error) {
    insist(error instanceof BadConfig, `not a refusal but ${error}`);
    insist(mayShow || !String(error).includes(CANARY), `a secret is shown: ${error}`);
  }
}

function yamlOf(options: Readonly<Record<string, string>>): string {
  const sections = new Map<string, string[]>();
  for (const [name, value] of Object.entries(options)) {
    const [section = '', ...rest] = name.split('.');
    const lines = sections.get(section) ?? [];
    lines.push(rest.length === 0 ? ` ${value}` : `\n  ${rest.join('.')}: ${value}`);
    sections.set(section, lines);
  }
  return [...sections].map(([section, lines]) => `${section}:${lines.join('')}`).join('\n');
}

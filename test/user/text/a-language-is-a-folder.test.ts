import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, test } from 'vitest';
import { LANGUAGES } from '../../../src/message/languages.ts';

const FOLDER = 'src/user/text';

/** docs/decisions/0034: who adds a language writes into these. */
const LISTS = ['src/message/languages.ts', `${FOLDER}/languages.ts`];

/** The page of operators has languages of its own. */
const OF_OPERATORS = 'src/operator/page/';

// Everybody who chose none gets English.
const CHOSEN = LANGUAGES.filter((code) => code !== 'en');

test.each(CHOSEN)(
  'beside its folder, two lists name a language, and no other source: %s',
  (code) => {
    const names = new RegExp(`(['"/])${code}\\1`);
    const others = sources().filter((path) => !path.startsWith(join(FOLDER, code) + sep));
    const naming = others.filter((path) => names.test(readFileSync(path, 'utf8')));
    expect(naming.toSorted()).toEqual(LISTS);
  },
);

test('each language has the same files', () => {
  const files = LANGUAGES.map((code) => readdirSync(join(FOLDER, code)).toSorted());
  for (const names of files) expect(names).toEqual(files[0]);
});

function sources(): readonly string[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
    .filter((path) => !path.startsWith(OF_OPERATORS));
}

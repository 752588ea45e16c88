import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { settingsReference } from '../../src/config/reference.ts';
import { complaintsOf, folder, LEAST, load, useNewFolder, withOption } from '../config/loading.ts';
import { blockOf } from '../support/blocks.ts';
import { readPage } from './pages.ts';

beforeEach(useNewFolder);

test('docs/settings.md is what the schema says of the settings (npm run manual writes it)', () => {
  expect(readPage('docs/settings.md')).toBe(settingsReference());
});

test('the file that docs/settings.md shows is one that the daemon takes', () => {
  writeFileSync(join(folder, 'secret'), 'the secret');
  const file = join(folder, 'receipts.yaml');
  writeFileSync(file, blockOf('docs/settings.md', 'component:'));
  expect(loadConfig(file, {}).component).toMatchObject({ secret: 'the secret', port: 5347 });
});

const ROWS = readPage('docs/settings.md').split('\n');

const SAID = OPTIONS.map(({ name, meaning }) => {
  const row = ROWS.find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
  const [, expected = '', usual = ''] = row.split(' | ');
  return { name, meaning, expected, usual: usual.replaceAll('`', '') };
});

describe.each(SAID)('of the option $name', ({ name, meaning, expected }) => {
  test('the schema says in a sentence what it is for', () => {
    expect(meaning?.says).toMatch(/^[`A-Z].*\.$/);
  });

  test('another value is refused with the words of docs/settings.md', () => {
    const complaints = complaintsOf(withOption(name, { no: 'value' }));
    expect(complaints.join('\n')).toContain(`"${name}" must be ${expected}, found`);
  });
});

/** One of the two must be set. */
const SECRETS = ['component.secret', 'component.secretFile'];

const required = SAID.filter(isRequired);
const others = SAID.filter((one) => !isRequired(one) && !SECRETS.includes(one.name));

function isRequired({ usual }: (typeof SAID)[number]): boolean {
  return usual === 'must be set';
}

test.each(required)('$name must be set, as docs/settings.md says', ({ name }) => {
  expect(complaintsOf(withOption(name, undefined)).join()).toContain(`"${name}" must be`);
});

test.each(others)('$name is $usual unless set, as docs/settings.md says', ({ name, usual }) => {
  const value = usual === '–' ? undefined : parse(usual);
  expect(load(withOption(name, value))).toEqual(load(LEAST));
});

test('no two options are for the same', () => {
  const sentences = OPTIONS.map(({ meaning }) => meaning?.says);
  expect(sentences).toHaveLength(new Set(sentences).size);
});

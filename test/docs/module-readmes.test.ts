import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { blockOf, blocksOf, linesOf } from '../support/blocks.ts';

// The READMEs of the modules say again what the README of the project says. Those lines are typed by
// test/integration/debians-own-configuration.test.ts, so that these need only be the same.

const PROSODY = 'prosody-config/modules/mod_receipts/README.md';
const EJABBERD = 'ejabberd-config/modules/mod_receipts/README.md';

/** Where the README takes the secret from a file. */
const withSecret = (text: string): string => text.replaceAll('$(cat secret)', 'secret');

const trimmed = (block: string): readonly string[] => linesOf(block).map((line) => line.trim());

const README = blocksOf('README.md').flatMap(({ text }) => trimmed(withSecret(text)));

test.each([
  [PROSODY, 'mkdir -p /usr/local/lib/prosody/modules'],
  [PROSODY, 'VirtualHost "example.org"'],
  [EJABBERD, 'mkdir -p /var/lib/ejabberd/.ejabberd-modules/sources'],
])('%s has only lines of the README in what begins with %s', (page, begin) => {
  const lines = trimmed(blockOf(page, begin));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.filter((line) => !README.includes(line))).toEqual([]);
});

test('the entry for ejabberd’s listeners is the one that the README prints', () => {
  const printed = withSecret(
    blockOf('README.md', '(umask 077; openssl rand -hex 32 > secret)\ncat'),
  );
  const [, entry = ''] = /<<END\n(.*?)^END$/ms.exec(printed) ?? [];
  expect(parse(blockOf(EJABBERD, 'listen:'))).toEqual({ listen: parse(entry) });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MODULE_COUNTS, readCounts } from '../../src/protocol/module-counts.ts';
import { REPOSITORY } from '../support/repository.ts';

const read = (path: string) => readFileSync(join(REPOSITORY, path), 'utf8');

/** Names of counts have a dash; what else is quoted in these files has none. */
const namesIn = (text: string, quoted: RegExp) => [...text.matchAll(quoted)].map(([, it]) => it);

describe('the names of what modules count', () => {
  const PATH = 'ejabberd-config/modules/mod_receipts/src/mod_receipts_counts.erl';

  test('the module for Prosody has the list of the daemon', () => {
    const lua = read('prosody-config/modules/mod_receipts/counts.lib.lua');
    expect(namesIn(lua, /"([a-z]+-[a-z-]+)"/g)).toEqual(MODULE_COUNTS);
  });

  test('the module for ejabberd has the list of the daemon', () => {
    expect(namesIn(read(PATH), /'([a-z]+-[a-z-]+)'/g)).toEqual(MODULE_COUNTS);
  });

  test.each(MODULE_COUNTS)('docs/protocol.md and docs/operating.md say what %s is', (name) => {
    for (const page of ['docs/protocol.md', 'docs/operating.md'])
      expect(read(page)).toContain(`\`${name}\``);
  });
});

describe('the counts in a hello', () => {
  test('are read by their names', () => {
    const counts = readCounts('stopped-manual=3 orders-refused=0');
    expect(counts).toEqual({ 'stopped-manual': 3, 'orders-refused': 0 });
  });

  test('an older module says none', () => {
    expect(readCounts(undefined)).toEqual({});
  });

  test.each([
    'stopped-manual',
    'stopped-manual=',
    'stopped-manual=-1',
    'stopped-manual=x',
    'new=1',
  ])('what is no count that we know is left out: %s', (text) => {
    expect(readCounts(text)['stopped-manual'] ?? 0).toBe(0);
    expect(Object.keys(readCounts(text))).not.toContain('new');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readLines } from '../../src/protocol/feed-text.ts';
import {
  MAX_BATCH_BYTES,
  MAX_BATCH_LINES,
  MAX_BATCHES,
  MAX_ID_BYTES,
  MAX_ORDERS,
  MAX_PAGE_BYTES,
  MAX_WITHIN,
} from '../../src/protocol/limits.ts';
import { REPOSITORY } from '../support/repository.ts';

const LUA = /^\s*(MAX_[A-Z_]+) = ([\d *]+);/gm;
const ERLANG = /^-define\((MAX_[A-Z_]+), ([\d *]+)\)/gm;

const LIMITS_OF_THE_PROTOCOL = [
  'MAX_ID_BYTES',
  'MAX_BATCH_ITEMS',
  'MAX_BATCH_BYTES',
  'MAX_BATCHES',
  'MAX_ORDER_BYTES',
  'MAX_ORDER_LINES',
  'MAX_WITHIN',
] as const;

type Limits = Readonly<Record<(typeof LIMITS_OF_THE_PROTOCOL)[number], number>>;

const prosody = limitsIn('prosody-config/modules/mod_receipts', { files: /\.lua$/, line: LUA });
const ejabberd = limitsIn('ejabberd-config/modules/mod_receipts', {
  files: /\.[he]rl$/,
  line: ERLANG,
});

describe('the limits of the protocol', () => {
  test.each(LIMITS_OF_THE_PROTOCOL)('%s is the same number on Prosody and on ejabberd', (name) => {
    expect(prosody[name]).toBeGreaterThan(0);
    expect(ejabberd[name]).toBe(prosody[name]);
  });

  test('let the daemon take every id that a module reports, and no longer one', () => {
    const kindOf = (bytes: number) => {
      const line = `message\t${'x'.repeat(bytes)}\ta@example.org\tb@example.org`;
      return readLines(line, 'example.org')[0]?.kind;
    };
    expect(kindOf(prosody.MAX_ID_BYTES)).toBe('message');
    expect(kindOf(prosody.MAX_ID_BYTES + 1)).toBe('bad');
  });

  test('let the modules take every page of policies and every order to deliver', () => {
    expect(MAX_PAGE_BYTES).toBeLessThanOrEqual(prosody.MAX_ORDER_BYTES);
    expect(MAX_ORDERS).toBeLessThanOrEqual(prosody.MAX_ORDER_LINES);
  });

  test('are the numbers that the daemon has', () => {
    const daemon = {
      MAX_ID_BYTES,
      MAX_BATCH_ITEMS: MAX_BATCH_LINES,
      MAX_BATCH_BYTES,
      MAX_BATCHES,
      MAX_WITHIN,
    };
    expect(prosody).toMatchObject(daemon);
  });

  test('are those that docs/protocol.md states', () => {
    const page = readFileSync(join(REPOSITORY, 'docs/protocol.md'), 'utf8').replace(/\s+/g, ' ');
    const batchKilobytes = prosody.MAX_BATCH_BYTES / 1024;
    const orderKilobytes = prosody.MAX_ORDER_BYTES / 1024;
    expect(page).toContain(`ids over ${prosody.MAX_ID_BYTES} bytes are not tracked`);
    expect(page).toContain(
      `at most ${prosody.MAX_BATCH_ITEMS} items and ${batchKilobytes} KB of text`,
    );
    expect(page).toContain(`At most ${prosody.MAX_BATCHES} batches are in flight`);
    expect(page).toContain(`at most ${prosody.MAX_ORDER_LINES} lines and ${orderKilobytes} KB`);
  });
});

/** The limits that the files of a folder, and of those in it, define. */
function limitsIn(
  folder: string,
  { files, line }: { readonly files: RegExp; readonly line: RegExp },
): Limits {
  const found = readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => files.test(name))
    .flatMap((name) => [...readFileSync(join(REPOSITORY, folder, name), 'utf8').matchAll(line)])
    .map(([, name = '', product = '']) => [name, numberOf(product)] as const);
  return Object.fromEntries(found) as unknown as Limits;
}

/** Of `60 * 1024`. */
function numberOf(product: string): number {
  return product.split('*').reduce((value, factor) => value * Number(factor), 1);
}

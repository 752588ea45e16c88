import { expect, test } from 'vitest';
import { PreferenceRows } from '../../src/store/postgres/preferences.ts';

/** A database without the rows that the migrations make. */
const EMPTY = { rows: async () => [], run: async () => 0 };

test('a PostgreSQL database without a row that every opening makes is called a bug to report', async () => {
  const failing = new PreferenceRows(EMPTY, '').version('example.org');
  await expect(failing).rejects.toThrow(
    'store: no opening of this store is known: this is a bug of xmpp-receipts, please report it',
  );
});

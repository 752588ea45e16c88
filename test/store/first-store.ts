import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryPath } from './place.ts';

// What the first version wrote, in which it spelled addresses as it met them.
const FILE = new URL('fixtures/second-version.sqlite.gz', import.meta.url);

/** A store of the first version after some SQL, as today's daemon with these domains opens it. */
export async function upgraded(sql: string, domains: readonly string[]): Promise<Store> {
  const path = await temporaryPath();
  await writeFile(path, gunzipSync(await readFile(FILE)));
  const database = new Database(path);
  database.exec(sql);
  database.close();
  await openStore(`sqlite:${path}`, { domains }).close();
  const store = openStore(`sqlite:${path}`, { domains });
  onTestFinished(() => store.close());
  return store;
}

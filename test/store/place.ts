import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A path for a database in a folder of its own, gone when the test is over. */
export async function temporaryFile(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-store-'));
  return {
    path: join(folder, 'receipts.db'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export async function temporaryPath(): Promise<string> {
  const { path, remove } = await temporaryFile();
  onTestFinished(remove);
  return path;
}

import { link, mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lockStore } from '../../src/store/locking.ts';
import { openStore } from '../../src/store/open.ts';
import { temporaryPath } from './place.ts';

const TAKEN = /another xmpp-receipts runs on/;

async function lockedBesides(path: string): Promise<string> {
  const lock = await lockStore(`sqlite:${path}`);
  onTestFinished(() => lock.release());
  return dirname(path);
}

test('a symbolic link to a store is the same store: a second daemon is refused', async () => {
  const path = await temporaryPath();
  await openStore(`sqlite:${path}`).close();
  const folder = await lockedBesides(path);
  await symlink(path, join(folder, 'link.db'));
  await symlink('link.db', join(folder, 'link-to-link.db'));
  for (const name of ['link.db', 'link-to-link.db'])
    await expect(lockStore(`sqlite:${join(folder, name)}`)).rejects.toThrow(TAKEN);
});

test('a symbolic link to a store that is not there yet is that store', async () => {
  const path = await temporaryPath();
  const folder = await lockedBesides(path);
  await symlink(path, join(folder, 'early.db'));
  await expect(lockStore(`sqlite:${join(folder, 'early.db')}`)).rejects.toThrow(TAKEN);
});

test('a store in a folder that is a symbolic link is the same store', async () => {
  const path = await temporaryPath();
  const folder = await lockedBesides(path);
  await mkdir(join(folder, 'inner'));
  await symlink(folder, join(folder, 'inner', 'outer'));
  const name = path.slice(folder.length + 1);
  await expect(lockStore(`sqlite:${join(folder, 'inner', 'outer', name)}`)).rejects.toThrow(TAKEN);
});

test('a hard link to a store is the same store', async () => {
  const path = await temporaryPath();
  await openStore(`sqlite:${path}`).close();
  const folder = await lockedBesides(path);
  await link(path, join(folder, 'hard.db'));
  await expect(lockStore(`sqlite:${join(folder, 'hard.db')}`)).rejects.toThrow(
    /has several names .*Keep one name of it\.$/,
  );
});

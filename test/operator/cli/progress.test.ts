import { setTimeout as after } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { type Tell, withProgress } from '../../../src/operator/cli/progress.ts';

async function written(isTTY: boolean, work: (tell: Tell) => Promise<unknown>) {
  const lines: string[] = [];
  const stream = { isTTY, write: (text: string) => lines.push(text) };
  await withProgress('copies', work, stream).catch(() => {});
  return lines;
}

test('what is quick says nothing', async () => {
  expect(await written(true, async () => 1)).toEqual([]);
});

test('what takes longer than a second says how far it is, and leaves nothing behind', async () => {
  const lines = await written(true, async (tell) => {
    tell('12 rows');
    await after(1500);
  });
  expect(lines[0]).toBe('\r\u001b[Kcopies … 1 s 12 rows');
  expect(lines.at(-1)).toBe('\r\u001b[K');
});

test('what fails leaves nothing behind either, and fails all the same', async () => {
  const write = vi.fn();
  const failing = withProgress(
    'copies',
    () => after(1500).then(() => Promise.reject(new Error('no'))),
    {
      isTTY: true,
      write,
    },
  );
  await expect(failing).rejects.toThrow('no');
  expect(write).toHaveBeenLastCalledWith('\r\u001b[K');
});

test('where there is no terminal nothing is said', async () => {
  expect(await written(false, () => after(1300))).toEqual([]);
});

import { existsSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Operator } from '../../../src/operator/operator.ts';
import { temporaryPath } from '../../store/place.ts';
import { ApiStage } from '../../support/api.ts';
import { operatorWith } from '../../support/operator.ts';

async function stageWith(copyStore: Operator['copyStore']): Promise<ApiStage> {
  const stage = await ApiStage.open(operatorWith({ copyStore }));
  onTestFinished(() => stage.close());
  return stage;
}

async function copyOf(bytes: number) {
  const path = await temporaryPath();
  writeFileSync(path, Buffer.alloc(bytes, 7));
  const remove = vi.fn();
  return { path, bytes, remove };
}

test('a backup comes whole, with its length, and the copy of the daemon is removed', async () => {
  const copy = await copyOf(300_000);
  const stage = await stageWith(async () => copy);
  const response = await stage.ask('/api/backup');
  expect(response.headers.get('content-length')).toBe('300000');
  expect(response.headers.get('content-type')).toBe('application/vnd.sqlite3');
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.alloc(300_000, 7));
  await vi.waitFor(() => expect(copy.remove).toHaveBeenCalled());
});

test('the copy is removed also when whoever asked goes away', async () => {
  const copy = await copyOf(50_000_000);
  const stage = await stageWith(async () => copy);
  const response = await stage.ask('/api/backup');
  expect(existsSync(copy.path)).toBe(true);
  await response.body?.cancel();
  await vi.waitFor(() => expect(copy.remove).toHaveBeenCalled());
});

test.each([
  ['busy', 'another backup is being made'],
  ['in-memory', 'the store is in memory'],
] as const)('a backup that cannot be made says why: %s', async (why, problem) => {
  const stage = await stageWith(async () => why);
  const response = await stage.ask('/api/backup');
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ problem: expect.stringContaining(problem) });
});

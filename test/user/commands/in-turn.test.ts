import { expect, test } from 'vitest';
import { InTurn } from '../../../src/user/commands/in-turn.ts';

test('the tasks of one user run one after the other, in the order in which they came', async () => {
  const inTurn = new InTurn();
  const done: string[] = [];
  const [first, finish] = heldTask(() => done.push('first'));
  const results = [
    inTurn.run('alice', first),
    inTurn.run('alice', async () => done.push('second')),
    inTurn.run('alice', async () => done.push('third')),
  ];
  await nextTurn();
  expect(done).toEqual([]);
  finish();
  expect(await Promise.all(results)).toEqual([1, 2, 3]);
  expect(done).toEqual(['first', 'second', 'third']);
});

test('the task of one user does not wait for that of another', async () => {
  const inTurn = new InTurn();
  const [held, finish] = heldTask(() => 'alice');
  const first = inTurn.run('alice', held);
  expect(await inTurn.run('bob', async () => 'bob')).toBe('bob');
  finish();
  expect(await first).toBe('alice');
});

test('a task that fails says so to whoever ran it, and the next one runs', async () => {
  const inTurn = new InTurn();
  const failing = inTurn.run('alice', () => Promise.reject(new Error('disk full')));
  const next = inTurn.run('alice', async () => 'next');
  await expect(failing).rejects.toThrow('disk full');
  expect(await next).toBe('next');
});

/** A task that waits, and what lets it go on. */
function heldTask<Result>(act: () => Result): [() => Promise<Result>, () => void] {
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  return [() => held.then(act), finish];
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import { expect, test } from 'vitest';
import { type Happening, Happenings, MAX_WAITING } from '../../src/telemetry/happenings.ts';

const ofLink: Happening = { kind: 'link', at: 1, isOnline: true, problem: undefined };

function toUser(user: string): Happening {
  return { kind: 'receipts', at: 1, user, outcome: 'sent', receipts: [] };
}

function watching(happenings: Happenings, user?: string) {
  const one = happenings.watch(user);
  if (one === undefined) throw new Error('too many watch');
  return one;
}

test('nothing is made while nobody watches', () => {
  const happenings = new Happenings();
  let made = 0;
  const make = () => {
    made++;
    return [ofLink];
  };
  happenings.tell(make);
  expect(made).toBe(0);
  const one = watching(happenings);
  happenings.tell(make);
  expect(made).toBe(1);
  one.close();
  happenings.tell(make);
  expect(made).toBe(1);
});

test('who watches one user hears of no other, but of the link', async () => {
  const happenings = new Happenings();
  const one = watching(happenings, 'alice@example.org');
  happenings.tell(() => [toUser('alice@example.org'), toUser('bob@example.org'), ofLink]);
  expect(await one.next()).toEqual([toUser('alice@example.org'), ofLink]);
});

test('who is slow is told how many were skipped, after those that were kept', async () => {
  const happenings = new Happenings();
  const one = watching(happenings);
  for (let count = 0; count < MAX_WAITING + 3; count++) happenings.tell(() => [ofLink]);
  const heard = await one.next(() => 7);
  expect(heard).toHaveLength(MAX_WAITING + 1);
  expect(heard.at(-1)).toEqual({ kind: 'skipped', at: 7, count: 3 });
});

test('who waits hears at once, and hears nothing after it is closed', async () => {
  const happenings = new Happenings();
  const one = watching(happenings);
  const heard = one.next();
  happenings.tell(() => [ofLink]);
  expect(await heard).toEqual([ofLink]);
  const nothing = one.next();
  one.close();
  expect(await nothing).toEqual([]);
});

test('too many do not watch at once, and one that leaves makes room', () => {
  const happenings = new Happenings();
  const all = Array.from({ length: 32 }, () => watching(happenings));
  expect(happenings.watch()).toBeUndefined();
  all[0]?.close();
  expect(happenings.watch()).toBeDefined();
});

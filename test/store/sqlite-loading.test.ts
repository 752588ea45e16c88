import { expect, test, vi } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { type JudgedRows, loadMessages } from '../../src/store/sqlite/loading.ts';
import { ALICE, BOB, keyOf } from '../support/facts.ts';

const CAROL = 'carol@example.org' as BareJid;

test('what is kept of two people is looked up once, however many messages are loaded', () => {
  const readUpTo = vi.fn();
  const of = vi.fn(() => []);
  const rows = {
    messages: { get: () => undefined, idOf: () => undefined },
    marks: { readUpTo, isAnyForgotten: () => false },
    mentions: { of },
    preferences: { isAny: () => false },
  } as unknown as JudgedRows;
  const messages = ['m1', 'm2', 'm3'].map((id) => keyOf(id, ALICE, BOB));
  loadMessages(rows, { messages, named: [keyOf('m4', ALICE, BOB), keyOf('m5', ALICE, CAROL)] });
  expect(readUpTo).toHaveBeenCalledTimes(2);
  expect(of).toHaveBeenCalledExactlyOnceWith([
    expect.objectContaining({ sender: ALICE, recipient: BOB }),
    expect.objectContaining({ sender: ALICE, recipient: CAROL }),
  ]);
});

import { describe, expect, test } from 'vitest';
import type { Happening, Said, Seen } from '../../demo/happening.ts';
import { InOrder } from '../../demo/in-order.ts';
import { Journal } from '../../demo/journal.ts';
import type { BareJid } from '../../src/message/jid.ts';

const BOB = 'bob@example.org' as BareJid;
const KEY = { sender: 'alice@example.org' as BareJid, recipient: BOB, id: 'money' };

const yes: Said = { kind: 'chat', at: 100, from: BOB, to: 'bot@example.org', body: 'yes' };
/** The daemon gives it the time of the server's last news. */
const approved: Seen = {
  kind: 'fact',
  at: 70,
  key: KEY,
  fact: { kind: 'approved', at: 70_000, side: 'both' },
  isCovered: false,
};

describe('the demo’s journal', () => {
  test('a person’s answer never stands before the words that gave it', () => {
    const shown: Happening[] = [];
    const ignore = () => undefined;
    const printer = new InOrder({
      show: (it) => void shown.push(it),
      progress: ignore,
      beginScene: ignore,
      conclude: ignore,
    });
    const journal = new Journal(printer);
    journal.note(yes);
    journal.note(approved);
    journal.knowsUntil(200);
    expect(shown.map(({ kind }) => kind)).toEqual(['chat', 'fact']);
    expect(shown.map(({ at }) => at)).toEqual([100, 100]);
  });
});

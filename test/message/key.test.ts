import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { keyText, sideOf } from '../../src/message/key.ts';
import { keyOf } from '../support/facts.ts';

describe('the side of a domain', () => {
  const key = keyOf('m1', 'alice@a.example' as BareJid, 'bob@b.example' as BareJid);

  test.each([
    ['a.example', 'sender'],
    ['b.example', 'recipient'],
    ['c.example', undefined],
    ['example', undefined],
  ])('the server %s sees the side: %s', (domain, side) => {
    expect(sideOf(key, domain)).toBe(side);
  });

  test('one server may see both sides', () => {
    expect(sideOf(keyOf('m1'), 'example.org')).toBe('both');
  });
});

test('different keys have different texts', () => {
  const part = fc.stringMatching(/^[ab@.]{0,3}$/);
  const key = fc.record({ sender: part, recipient: part, id: fc.constantFrom('a', '\0', 'a\0b') });
  fc.assert(
    fc.property(key, key, (a, b) => {
      const [one, other] = [a, b] as [ReturnType<typeof keyOf>, ReturnType<typeof keyOf>];
      expect(keyText(one) === keyText(other)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareFacts, type FactKind, isBelieved } from '../../src/message/fact.ts';
import { type BareJid, bareOf, domainOf } from '../../src/message/jid.ts';
import { keyText, type Side, sideOf } from '../../src/message/key.ts';
import { anyFact, keyOf } from '../support/facts.ts';

describe('addresses', () => {
  test.each([
    ['alice@example.org', 'alice@example.org', 'example.org'],
    ['alice@example.org/phone', 'alice@example.org', 'example.org'],
    ['alice@example.org/ho@me/2', 'alice@example.org', 'example.org'],
    ['example.org/x', 'example.org', 'example.org'],
    ['example.org', 'example.org', 'example.org'],
  ])('%s is %s of %s', (jid, bare, domain) => {
    expect(bareOf(jid)).toBe(bare);
    expect(domainOf(bareOf(jid))).toBe(domain);
  });
});

describe('sides of a message', () => {
  const key = keyOf('m1', 'alice@a.example' as BareJid, 'bob@b.example' as BareJid);

  test.each([
    ['a.example', 'sender'],
    ['b.example', 'recipient'],
    ['c.example', undefined],
    ['example', undefined],
  ])('%s: %s', (domain, side) => {
    expect(sideOf(key, domain)).toBe(side);
  });

  test('one server may be both', () => {
    expect(sideOf(keyOf('m1'), 'example.org')).toBe('both');
  });
});

describe('whose word counts', () => {
  const believed: Readonly<Record<FactKind, readonly Side[]>> = {
    accepted: ['sender', 'recipient', 'both'],
    relayed: ['sender'],
    sent: ['recipient', 'both'],
    stored: ['recipient', 'both'],
    acked: ['recipient', 'both'],
    lost: ['recipient', 'both'],
    received: ['sender', 'recipient', 'both'],
    displayed: ['sender', 'recipient', 'both'],
    failed: ['sender', 'recipient', 'both'],
    approved: ['component'],
    declined: ['component'],
    expired: ['component'],
  };
  const sides: readonly Side[] = ['sender', 'recipient', 'both', 'component'];

  test.each(Object.entries(believed))('%s: %s', (kind, expected) => {
    expect(sides.filter((side) => isBelieved(kind as FactKind, side))).toEqual(expected);
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

test('facts have one order, and those that differ are never equal in it', () => {
  const few = anyFact({ hours: 1, kinds: ['accepted', 'sent'] });
  fc.assert(
    fc.property(few, few, (a, b) => {
      expect(Math.sign(compareFacts(a, b)) + Math.sign(compareFacts(b, a))).toBe(0);
      expect(compareFacts(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
      if (a.at !== b.at) expect(Math.sign(compareFacts(a, b))).toBe(Math.sign(a.at - b.at));
    }),
  );
});

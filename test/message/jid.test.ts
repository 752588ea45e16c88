import { describe, expect, test } from 'vitest';
import { bareOf, domainOf } from '../../src/message/jid.ts';

describe('an address', () => {
  test.each([
    ['alice@example.org', 'alice@example.org', 'example.org'],
    ['alice@example.org/phone', 'alice@example.org', 'example.org'],
    ['alice@example.org/ho@me/2', 'alice@example.org', 'example.org'],
    ['example.org/x', 'example.org', 'example.org'],
    ['example.org', 'example.org', 'example.org'],
  ])('the address %s has the bare address %s and the domain %s', (jid, bare, domain) => {
    expect(bareOf(jid)).toBe(bare);
    expect(domainOf(bareOf(jid))).toBe(domain);
  });
});

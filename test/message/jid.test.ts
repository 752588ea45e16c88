import { describe, expect, test } from 'vitest';
import { type BareJid, bareOf, domainOf, isOccupant, occupantOf } from '../../src/message/jid.ts';

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

test('the domain of an occupant is that of the room', () => {
  const occupant = occupantOf('room@rooms.example.org' as BareJid, 'bo@b/2');
  expect(occupant).toBe('room@rooms.example.org/bo@b/2');
  expect(domainOf(occupant)).toBe('rooms.example.org');
  expect(isOccupant(occupant)).toBe(true);
  expect(isOccupant(bareOf(occupant))).toBe(false);
});

import { expect, test } from 'vitest';
import { peerOf } from '../../../src/user/commands/address.ts';

test.each([
  ['Bob@Example.org', 'bob@example.org'],
  ['xmpp:bob@example.org?message', 'bob@example.org'],
  ['bob@example.org/phone', 'bob@example.org'],
  // RFC 6122 appendix A: as the server writes them.
  ['straße@example.org', 'strasse@example.org'],
  ['ΣΊΣΥΦΟΣ@example.org', 'σίσυφοσ@example.org'],
  ['ｂｏｂ@example.org', 'bob@example.org'],
  ['diyarbakır@example.org', 'diyarbakır@example.org'],
  ['@localhost', 'localhost'],
  ['example.org', 'example.org'],
])('%j is read as %s', (typed, meant) => {
  expect(peerOf(typed)).toBe(meant);
});

test.each(['', 'bob', 'bob@', '@', 'bob @example.org', 'a@b@c'])('%j is no address', (typed) => {
  expect(peerOf(typed)).toBeUndefined();
});

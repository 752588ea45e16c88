import { expect, test } from 'vitest';
import { personCalled } from '../../../src/user/commands/people.ts';

const BOB = 'bob@example.org';
const BOBBY = 'bobby@example.org';
const OTHER_BOB = 'bob@example.net';
const ZHANG = '张三@example.org';
const NICK = 'room@conference.example.org/Robert';

test.each<[string, readonly string[], readonly string[]]>([
  [BOB, [BOBBY, OTHER_BOB, BOB], [BOB]],
  ['bob', [BOBBY, BOB], [BOB]],
  ['bob', [BOB, BOBBY], [BOB]],
  ['bob', [BOB, BOB], [BOB]],
  ['bob', [BOBBY], [BOBBY]],
  ['bo', [BOBBY, 'carol@example.org'], [BOBBY]],
  ['b', [BOBBY], []],
  ['b', ['b@example.org', BOBBY], ['b@example.org']],
  ['bo', [BOB, BOBBY], [BOB, BOBBY]],
  ['bob', [BOB, OTHER_BOB, BOBBY], [BOB, OTHER_BOB]],
  ['张', [ZHANG], []],
  ['张三', [ZHANG], [ZHANG]],
  ['obb', [BOBBY], []],
  ['example.net', ['example.net', BOB], ['example.net']],
  ['robert', [NICK], [NICK]],
  ['room', [NICK], []],
  ['dave', [BOB, BOBBY], []],
])('of the name %s, among %j, these are meant: %j', (name, addresses, meant) => {
  const called = personCalled(name, addresses);
  const found = called.kind === 'one' ? [called.address] : [];
  expect(called.kind === 'several' ? called.addresses : found).toEqual(meant);
});

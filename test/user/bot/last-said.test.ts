import { expect, test } from 'vitest';
import { LastSaid } from '../../../src/user/bot/last-said.ts';
import { ALICE, BOB } from '../../support/facts.ts';

test('what was said is known by its id and its reader', () => {
  const said = new LastSaid();
  said.note('a', ALICE);
  expect(said.wasSaidTo(ALICE, 'a')).toBe(true);
  expect(said.wasSaidTo(BOB, 'a')).toBe(false);
  expect(said.wasSaidTo(ALICE, 'b')).toBe(false);
});

test('the newest thousand are kept', () => {
  const said = new LastSaid();
  for (let id = 0; id <= 1000; id += 1) said.note(`${id}`, ALICE);
  expect(said.wasSaidTo(ALICE, '0')).toBe(false);
  expect(said.wasSaidTo(ALICE, '1')).toBe(true);
  expect(said.wasSaidTo(ALICE, '1000')).toBe(true);
});

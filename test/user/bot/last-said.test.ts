import { expect, test } from 'vitest';
import { questionId } from '../../../src/protocol/question-id.ts';
import { LastSaid } from '../../../src/user/bot/last-said.ts';
import { ALICE, BOB, T0 } from '../../support/facts.ts';
import { parseOne } from '../../support/xml.ts';

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

function words(id: string, inner = '<body>x</body>') {
  return parseOne(`<message id='${id}' to='${BOB}/phone'>${inner}</message>`);
}

test('what was said last to a person is known, until the daemon starts anew', () => {
  const said = new LastSaid();
  expect(said.to(BOB)).toEqual({ kind: 'unknown' });
  said.hear(words(questionId([{ number: 1, sender: ALICE, from: T0 }])));
  expect(said.to(BOB)).toEqual({ kind: 'question' });
  said.hear(words('r-1'));
  expect(said.to(BOB)).toEqual({ kind: 'other' });
  said.propose(BOB, 'b-1', { kind: 'help' });
  expect(said.to(BOB)).toEqual({ kind: 'proposal', command: { kind: 'help' } });
  expect(said.isLast(BOB, 'b-1')).toBe(true);
  expect(said.to(ALICE)).toEqual({ kind: 'unknown' });
});

test('a receipt without words is read by no person, so the question is still what was said last', () => {
  const said = new LastSaid();
  said.hear(words(questionId([{ number: 1, sender: ALICE, from: T0 }])));
  said.hear(words('r-1', "<receipt xmlns='xmpp-receipts:1'/>"));
  expect(said.to(BOB)).toEqual({ kind: 'question' });
});

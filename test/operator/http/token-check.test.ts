import { describe, expect, test } from 'vitest';
import { TokenCheck, WRONG_TOKENS } from '../../../src/operator/http/token-check.ts';

const { ofAnAddress, ofAll } = WRONG_TOKENS;

describe('the token', () => {
  test('is told from any other, of whatever length', () => {
    const token = new TokenCheck('right');
    expect(token.look('right', 'a')).toEqual({ kind: 'right' });
    for (const other of ['', 'righ', 'right ', 'RIGHT', 'x'.repeat(1000)])
      expect(token.look(other, 'a')).toEqual({ kind: 'wrong' });
  });

  test('is looked at no more after too many wrong ones of one address, also the right one', () => {
    const { token, guess } = guesser();
    guess(ofAnAddress, 'a');
    expect(token.look('right', 'a')).toEqual({ kind: 'too-many', waitSeconds: 60 });
    expect(token.look('right', 'b')).toEqual({ kind: 'right' });
  });

  test('is looked at no more after too many wrong ones of all addresses', () => {
    const { token, guess } = guesser();
    for (let at = 0; at < ofAll; at += 1) guess(1, `address ${at}`);
    expect(token.look('right', 'another')).toEqual({ kind: 'too-many', waitSeconds: 60 });
  });

  test('is looked at again when a minute is over since the oldest of them', () => {
    const { token, guess, clock } = guesser();
    guess(1, 'a');
    clock.now = 20_500;
    guess(ofAnAddress - 1, 'a');
    expect(token.look('right', 'a')).toEqual({ kind: 'too-many', waitSeconds: 40 });
    clock.now = 60_000;
    expect(token.look('wrong', 'a')).toEqual({ kind: 'wrong' });
    expect(token.look('right', 'a')).toMatchObject({ kind: 'too-many' });
  });

  test('right ones count for nothing, and nor do those that were not looked at', () => {
    const { token, guess, clock } = guesser();
    for (let at = 0; at < 2 * ofAll; at += 1) token.look('right', 'a');
    guess(ofAnAddress, 'a');
    clock.now = 59_999;
    expect(token.look('wrong', 'a')).toEqual({ kind: 'too-many', waitSeconds: 1 });
    clock.now = 60_000;
    expect(token.look('right', 'a')).toEqual({ kind: 'right' });
  });
});

function guesser() {
  const clock = { now: 0 };
  const token = new TokenCheck('right', () => clock.now);
  const guess = (times: number, address: string) => {
    for (let at = 0; at < times; at += 1)
      expect(token.look(`wrong ${at}`, address)).toEqual({ kind: 'wrong' });
  };
  return { clock, token, guess };
}

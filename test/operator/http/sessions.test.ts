import { describe, expect, test } from 'vitest';
import { SESSION_LASTS, Sessions } from '../../../src/operator/http/sessions.ts';

describe('the sessions of the page', () => {
  test('are known by the names that were given to them', () => {
    const sessions = new Sessions();
    expect(sessions.isOpen(sessions.open())).toBe(true);
    expect(sessions.isOpen(undefined)).toBe(false);
    expect(sessions.isOpen('guessed')).toBe(false);
  });

  test('end after twelve hours', () => {
    let now = 0;
    const sessions = new Sessions(() => now);
    const name = sessions.open();
    now = SESSION_LASTS - 1;
    expect(sessions.isOpen(name)).toBe(true);
    now = SESSION_LASTS;
    expect(sessions.isOpen(name)).toBe(false);
  });

  test('are a hundred at most: one more ends the oldest', () => {
    const sessions = new Sessions();
    const [first, second] = Array.from({ length: 101 }, () => sessions.open());
    expect(sessions.isOpen(first)).toBe(false);
    expect(sessions.isOpen(second)).toBe(true);
  });
});

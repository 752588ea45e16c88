import { describe, expect, test } from 'vitest';
import { SESSION_LASTS, Sessions } from '../../../src/operator/http/sessions.ts';

describe('the sessions of the page', () => {
  test('are opened by the token only', () => {
    const sessions = new Sessions('token');
    expect(sessions.open('other')).toBeUndefined();
    expect(sessions.isOpen(sessions.open('token'))).toBe(true);
    expect(sessions.isOpen(undefined)).toBe(false);
    expect(sessions.isOpen('guessed')).toBe(false);
  });

  test('end after twelve hours', () => {
    let now = 0;
    const sessions = new Sessions('token', () => now);
    const name = sessions.open('token');
    now = SESSION_LASTS - 1;
    expect(sessions.isOpen(name)).toBe(true);
    now = SESSION_LASTS;
    expect(sessions.isOpen(name)).toBe(false);
  });

  test('are a hundred at most: one more ends the oldest', () => {
    const sessions = new Sessions('token');
    const [first, second] = Array.from({ length: 101 }, () => sessions.open('token'));
    expect(sessions.isOpen(first)).toBe(false);
    expect(sessions.isOpen(second)).toBe(true);
  });
});

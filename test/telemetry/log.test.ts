import { describe, expect, test } from 'vitest';
import { createLogger, type LogSettings } from '../../src/telemetry/log.ts';

const HIDDEN = { level: 'debug', addresses: 'hidden' } as const;

test.each(['alice@example.org', 'alice@example.org/pc', 'ALICE@example.org'])(
  '%s has the pseudonym of its account in fields, sentences and errors',
  (address) => {
    const written = writtenWith(HIDDEN, (log) => {
      log.info({ user: 'alice@example.org' }, 'x');
      log.warn({ list: [{ to: address }] }, `of ${address}: x`);
      log.error({ err: new Error('outer', { cause: new Error(`at <${address}>`) }) }, 'x');
    });
    expect(written).not.toMatch(/example/i);
    expect(new Set(written.match(/user-[0-9a-f]{8}/g)).size).toBe(1);
  },
);

test('an escaped or foreign localpart is hidden as a whole', () => {
  const written = writtenWith(HIDDEN, (log) =>
    log.info({ a: 'o\\27malley@x.org', b: '李@例子.org' }, 'x'),
  );
  expect(written).not.toMatch(/malley|李|例子/);
});

test('the next run has other pseudonyms', () => {
  const say = () => writtenWith(HIDDEN, (log) => log.info({ user: 'alice@example.org' }, 'x'));
  const users = [say(), say()].map((line) => /user-\w+/.exec(line)?.[0]);
  expect(new Set(users).size).toBe(2);
});

test('format text is a line for people: time, level, sentence, fields, and the error below', () => {
  const settings = { level: 'info', addresses: 'shown', format: 'text' } as const;
  const written = writtenWith(settings, (log) => {
    log.warn({ domain: 'a.org', items: 3, because: 'no room' }, 'facts were dropped');
    log.error({ err: new Error('disk full') }, 'cannot write');
  });
  const [first, second, third] = written.split('\n');
  expect(first).toMatch(
    /^\d{4}-\S+Z warn {2}facts were dropped domain=a\.org items=3 because="no room"$/,
  );
  expect(second).toMatch(/Z error cannot write$/);
  expect(third).toBe('    Error: disk full');
});

/** Starts a line, hides one, colours the terminal, turns the direction of what follows. */
const TRICKS = [
  '\n{"level":60,"msg":"forged"}',
  '\r2026-11-28T00:00:00.000Z fatal forged',
  '\u001b[2J\u001b[31mforged',
  '\u0007\b\b\b\u0000\u007f',
  '\u009b31mforged',
  '\u2028forged\u2029',
  '\u202eforged\u202c\u2066forged\u2069\u200f',
  '\ud800',
  `"','--</xml>]]>&quot;`,
];

describe.each(TRICKS)('%j in what others choose', (trick) => {
  const say = (log: ReturnType<typeof createLogger>) => {
    log.warn({ id: trick, [trick]: 'x', list: [{ sender: `a${trick}@x.org` }] }, `of ${trick}: x`);
    log.error({ err: new Error(trick, { cause: new Error(trick) }) }, 'x');
  };

  test('stays within one line of JSON for each thing that is logged', () => {
    const written = writtenWith({ level: 'info', addresses: 'shown' }, say);
    const lines = written.split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, id: trick });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 50 });
  });

  test('begins no line of the text format, and writes no sign that a terminal obeys', () => {
    const written = writtenWith({ level: 'info', addresses: 'shown', format: 'text' }, say);
    const [first, second, ...below] = written.trimEnd().split('\n');
    expect(first).toMatch(/^\d{4}-\S+Z warn {2}of /);
    expect(second).toMatch(/^\d{4}-\S+Z error x$/);
    expect(below.filter((line) => !line.startsWith('    '))).toEqual([]);
    expect(written).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
  });
});

function writtenWith(
  settings: LogSettings,
  say: (log: ReturnType<typeof createLogger>) => void,
): string {
  const lines: string[] = [];
  say(createLogger(settings, { write: (line) => void lines.push(line) }));
  return lines.join('');
}

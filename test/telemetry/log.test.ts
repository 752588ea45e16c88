import { expect, test } from 'vitest';
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

function writtenWith(
  settings: LogSettings,
  say: (log: ReturnType<typeof createLogger>) => void,
): string {
  const lines: string[] = [];
  say(createLogger(settings, { write: (line) => void lines.push(line) }));
  return lines.join('');
}

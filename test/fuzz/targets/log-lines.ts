import fc from 'fast-check';
import { createLogger, type Logger } from '../../../src/telemetry/log.ts';
import { insist, type Target } from '../target.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\n{"level":60}',
    '\u001b[2J',
    '\u202e',
    '\u2028',
    '\ud800',
    '\r',
    '"',
    'alice@example.org',
    '</xml>',
  ),
);

interface Logged {
  readonly id: string;
  readonly sentence: string;
  readonly because: string;
}

export const logLines: Target<Logged> = {
  name: 'log-lines',
  about:
    'ids, addresses and errors in the log: a line of JSON each, and nothing that a terminal obeys',
  inputs: fc.record({ id: text, sentence: text, because: text }),
  read: (it) => ({ id: it, sentence: it, because: it }),
  open: () => {
    let written = '';
    const to = {
      write: (line: string) => {
        written += line;
      },
    };
    const logs = (['shown', 'hidden'] as const).flatMap((addresses) =>
      (['json', 'text'] as const).map((format) => ({
        format,
        log: createLogger({ level: 'info', addresses, format }, to),
      })),
    );
    const check = (logged: Logged) => {
      for (const { format, log } of logs) {
        written = '';
        logAll(log, logged);
        if (format === 'json') checkJson(written);
        else checkText(written);
      }
    };
    return { isAsync: false, check };
  },
};

function logAll(log: Logger, { id, sentence, because }: Logged): void {
  log.warn({ id, list: [{ sender: because }] }, sentence);
  log.error({ err: new Error(because), id }, sentence);
}

function checkJson(written: string): void {
  const lines = written.split('\n');
  insist(lines.length === 3 && lines[2] === '', 'another number of lines');
  insist(
    [JSON.parse(lines[0] ?? '').level, JSON.parse(lines[1] ?? '').level].join() === '40,50',
    'a forged line',
  );
}

function checkText(written: string): void {
  const begun = written.split('\n').filter((line) => line !== '' && !line.startsWith('    '));
  insist(begun.length === 2, 'another number of lines');
  insist(!/[^\n\P{C}]|[\u2028\u2029]/u.test(written), 'a sign that a terminal obeys');
}

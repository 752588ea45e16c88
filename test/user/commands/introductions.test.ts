import { expect, test } from 'vitest';
import type { Preferences } from '../../../src/receipt/preferences.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { noteFirstWords } from '../../../src/user/bot/first-words.ts';
import { Introductions } from '../../../src/user/commands/introductions.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { ALICE } from '../../support/facts.ts';
import { parseOne } from '../../support/xml.ts';

const MINUTE = 60_000;

/** Alice, and words that leave to her. */
function meeting() {
  let preferences: Preferences = {};
  let now = 0;
  let hear: (stanza: ReturnType<typeof parseOne>) => void = () => undefined;
  const change = async (_: string, { change }: { change: (it: Preferences) => Preferences }) => {
    preferences = change(preferences);
    return { preferences, version: { epoch: 'e', number: 1 } };
  };
  const introductions = new Introductions({
    preferences: { change },
    log: createLogger({ level: 'silent', addresses: 'shown' }),
    now: () => now,
  });
  const onSent = (listener: typeof hear) => {
    hear = listener;
  };
  noteFirstWords({ onSent }, introductions);
  return {
    take: () => introductions.take(ALICE, preferences),
    leave: async (words: string) => {
      hear(parseOne(`<message to='${ALICE}' id='m1'><body>${words}</body></message>`));
      await Promise.resolve();
    },
    pass: (ms: number) => {
      now += ms;
    },
    isKnown: () => preferences.introduced === true,
  };
}

test('of words that are written at the same time, the first say who we are', () => {
  const { take } = meeting();
  expect([take(), take(), take()]).toEqual([true, false, false]);
});

test('first words that have not left for a minute are said again', () => {
  const { take, pass } = meeting();
  take();
  pass(MINUTE - 1);
  expect(take()).toBe(false);
  pass(1);
  expect([take(), take()]).toEqual([true, false]);
});

test('words that do not say who we are introduce nobody, though they leave first', async () => {
  const { take, leave, pass, isKnown } = meeting();
  take();
  await leave('Sent: your message');
  expect(isKnown()).toBe(false);
  pass(MINUTE);
  expect(take()).toBe(true);
});

test.each([en.meeting.words, en.meeting.question, en.help.intro])(
  'who has read “%s” knows us',
  async (line) => {
    const { take, leave, isKnown } = meeting();
    take();
    await leave(`${line}\nmore`);
    expect(isKnown()).toBe(true);
    expect(take()).toBe(false);
  },
);

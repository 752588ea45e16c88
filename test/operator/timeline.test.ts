import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { timelineOf } from '../../src/operator/timeline.ts';
import { accepted, DAY, fact, keyOf, RULES, T0 } from '../support/facts.ts';

test('an operator reads the times that the clock of the server said, also of what we added', async () => {
  const came = { ...accepted(0, { policy: 'manual' }), time: T0 - DAY };
  const facts = [came, { ...fact('acked', 1), time: T0 + 1 - DAY }, fact('approved', 5)];
  const timeline = await timelineOf(keyOf('m1'), {
    records: {
      find: async (key) => ({
        tracked: { key, record: { facts }, told: [] },
        readUpTo: undefined,
        recipient: {},
      }),
      latest: async () => [],
    },
    preferences: { get: async () => ({}) },
    rules: RULES,
    spell: (address) => address as BareJid,
    timeFor: () => ({ present: T0, completeUpTo: T0 }),
  });
  expect(timeline).toMatchObject({ startedAt: T0, time: T0 - DAY });
  expect(timeline?.events.at(-1)?.fact).toMatchObject({ at: T0 + 5, time: T0 + 5 - DAY });
  expect(timeline?.tellings.at(-1)?.proof.fact).toMatchObject({ time: T0 + 5 - DAY });
});

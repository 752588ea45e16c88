import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { InPortions } from '../../src/store/in-portions.ts';
import type { Loaded } from '../../src/store/message-port.ts';
import type { UpdateRows } from '../../src/store/update.ts';
import { accepted, keyOf } from '../support/facts.ts';
import { judging } from './judging.ts';

const NOTHING: Loaded = {
  messages: [],
  aliases: [],
  marks: [],
  mentioned: [],
  preferences: new Map(),
  forgotten: new Map(),
};

test('a database that takes its time makes no smaller portions: nobody waits for us meanwhile', async () => {
  // However busy this machine is: the event loop was held for 1 ms with each portion.
  const held = { idle: 0, active: 1, utilization: 1 };
  const clock = vi.spyOn(performance, 'eventLoopUtilization').mockReturnValue(held);
  onTestFinished(() => clock.mockRestore());
  let loads = 0;
  const messages = {
    load: async () => {
      loads += 1;
      await sleep(150);
      return NOTHING;
    },
  };
  const rows = { messages, save: async () => {} } as unknown as UpdateRows;
  const news = Array.from({ length: 1000 }, (_, index) => ({
    key: keyOf(`m${index}`),
    facts: [accepted()],
  }));
  const { verdicts } = await new InPortions().update(rows, news, judging());
  expect(verdicts).toHaveLength(1000);
  expect(loads).toBe(3);
});

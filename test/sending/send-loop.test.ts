import { pino } from 'pino';
import { expect, test } from 'vitest';
import { SendLoop } from '../../src/sending/send-loop.ts';
import { StoreUnavailable } from '../../src/store/store.ts';

test('a failure of the store is complained of once, until a round works again', async () => {
  const { loop, complaints, next } = start();
  loop.start();
  await next();
  loop.kick();
  await next();
  loop.stop();
  expect(complaints).toEqual(['could not be sent']);
});

test('a loop that was stopped does not complain of a store that was closed meanwhile', async () => {
  const { loop, complaints, next } = start();
  loop.start();
  loop.stop();
  await next();
  expect(complaints).toEqual([]);
});

/** A loop whose rounds fail. */
function start() {
  const complaints: string[] = [];
  const loop = new SendLoop({
    round: async () => Promise.reject(new StoreUnavailable('store: it is closed')),
    pause: () => 60_000,
    complaint: 'could not be sent',
    log: pino({}, { write: (line: string) => complaints.push(JSON.parse(line).msg) }),
  });
  const next = () => new Promise((resolve) => setImmediate(resolve));
  return { loop, complaints, next };
}

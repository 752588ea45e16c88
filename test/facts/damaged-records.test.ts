import { setImmediate as nextTurn } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { Leaps } from '../../src/facts/leaps.ts';
import { Ledger } from '../../src/facts/ledger.ts';
import { ServerClocks } from '../../src/facts/server-clocks.ts';
import { TimeOuts } from '../../src/facts/time-outs.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { Happenings } from '../../src/telemetry/happenings.ts';
import { judging, NOW } from '../store/judging.ts';
import { temporaryPath } from '../store/place.ts';
import { BreakableStore } from '../support/breakable-store.ts';
import { ALICE, accepted, BOB, keyOf, RULES, T0 } from '../support/facts.ts';

const LEFT_OUT =
  'a message could not be judged and its facts are left out: this is a bug, please report it';

test('damaged records that are due do not stop the time-outs of others, however many they are', {
  timeout: 60_000,
}, async () => {
  const { store, counters, lines, timeOuts } = await start(
    Array.from({ length: 600 }, (_, n) => `bad${n}`),
    ['good'],
  );
  timeOuts.start();
  await expect.poll(() => store.records.due(NOW, 1000), { timeout: 50_000 }).toEqual([]);
  timeOuts.stop();
  expect(counters.all()).toMatchObject({ 'bad items: not judged': 600 });
  expect(lines.map(({ msg }) => msg)).toEqual(Array(600).fill(LEFT_OUT));
  expect(lines[0]).toMatchObject({ sender: ALICE, recipient: BOB, id: 'bad0' });
  expect(await store.records.due(NOW + 60_000, 1000)).toEqual([]);
});

test('a damaged record that is due is looked at again an hour later', async () => {
  const { store, ledger } = await start(['bad'], []);
  await ledger.lookAgain([keyOf('bad')]);
  expect(await store.records.due(NOW + 3_600_000 - 1, 10)).toEqual([]);
  expect(await store.records.due(NOW + 3_600_000, 10)).toEqual([keyOf('bad')]);
});

test('when the store as a whole fails nothing is left out', async () => {
  const { breakable, ledger, counters } = await start([], ['m1', 'm2']);
  breakable.isBroken = true;
  const looking = ledger.lookAgain([keyOf('m1'), keyOf('m2')]);
  await expect(looking).rejects.toThrow(StoreUnavailable);
  expect(counters.all()).toEqual({});
});

test('time-outs that were stopped do not complain of a store that was closed meanwhile', async () => {
  const { store, breakable, lines, timeOuts } = await start([], ['m1']);
  const look = breakable.holdAt('records.due');
  timeOuts.start();
  await look.come;
  timeOuts.stop();
  await store.close();
  look.release();
  await nextTurn();
  expect(lines).toEqual([]);
});

/** A store with these messages, all of which are due; the records of some are damaged. */
async function start(damaged: readonly string[], whole: readonly string[]) {
  const path = await temporaryPath();
  const breakable = new BreakableStore(openSqliteStore(path));
  const { store } = breakable;
  onTestFinished(() => store.close());
  const keys = [...damaged, ...whole].map((id) => keyOf(id));
  await store.records.update(
    keys.map((key) => ({ key, facts: [accepted()] })),
    judging(),
  );
  const vandal = new Database(path);
  vandal.exec(`UPDATE messages SET wake = ${NOW - 1} WHERE id LIKE 'bad%'`);
  vandal.exec(`UPDATE messages SET wake = ${NOW} WHERE id NOT LIKE 'bad%'`);
  vandal.exec(`UPDATE messages SET record = '{' WHERE id LIKE 'bad%'`);
  vandal.close();
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
  const counters = new Counters();
  const now = () => NOW;
  const ledger = new Ledger({
    records: store.records,
    rules: RULES,
    heard: RULES.domains,
    completeness: {
      clocks: new ServerClocks(now),
      completeUpTo: () => T0,
      furthestUpTo: () => T0,
      mayHaveSeveralNodes: () => false,
    },
    elsewhere: { timeOf: () => ({ completeUpTo: 0 }) },
    gaps: { withoutDoubtful: (news) => news },
    now,
    wordsDelay: 0,
    questionDelay: 0,
    wakes: { receipts: () => {}, ticks: () => {} },
    happenings: new Happenings(),
    counters,
    log,
  });
  const nothingHeard = {
    completeUpTo: () => undefined,
    isCaughtUp: () => false,
    interruptionsOf: () => 0,
  };
  const watching = { look: async () => {} };
  const leaps = new Leaps({ completeness: nothingHeard, domains: [], now });
  return {
    store,
    breakable,
    ledger,
    counters,
    lines,
    timeOuts: new TimeOuts({
      records: store.records,
      ledger,
      leaps,
      watching,
      longestWait: 0,
      log,
      now,
    }),
  };
}

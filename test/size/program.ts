import { pino } from 'pino';
import { OwnClock } from '../../src/daemon/own-clock.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { Housekeeping } from '../../src/store/housekeeping.ts';
import type { Place } from '../../src/store/record-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { judging } from '../store/judging.ts';
import { accepted, fact, T0 } from '../support/facts.ts';
import { fillBigStore } from './big-store.ts';
import { type Held, pingDuring } from './ping.ts';
import type { WorkName } from './work-names.ts';

// Works on a store of a million records in a process of its own, and says how long each kind of work held the event loop.
const DAY = 86_400_000;
const USERS = 10_000;
const path = process.argv[2] ?? '';
const now = Date.now();

fillBigStore(path, { messages: 1_000_000, users: USERS }, now);
const store = openSqliteStore(path);

const WORK: Readonly<Record<WorkName, () => Promise<unknown>>> = {
  'accounts are deleted': () => deleteAccounts([0, 7, 8, 9, 10]),
  'facts come': () => takeFacts(50),
  'a backlog is claimed': () => claimBacklog(300),
  'claims pass over who must wait': () => claimBacklog(20, usersFrom(0, 95)),
  'recipients are asked': () => askRecipients(50),
  'questions pass over who must wait': () => askRecipients(20, usersFrom(0, USERS - 100)),
  'policies are changed': () => changePolicies(500),
  'policies are read': () => readPolicies(),
  'what waits is counted': () => store.upkeep.backlog(),
  'the last messages are looked up': () => lookUpLatest(50),
  'an operator counts what is older': () => countOlder(),
  'an operator reads all messages of a person': () => readMessagesOf(user(1)),
  'an operator lists what waits': () => listWaiting(20),
  'the retention goes from 30 days to 7': () => prune(7),
};

async function deleteAccounts(numbers: readonly number[]): Promise<void> {
  for (const number of numbers)
    for (let isMore = true; isMore; await nextTurn())
      isMore = (await store.upkeep.forget(user(number), now * 1000)).isMore;
}

async function takeFacts(batches: number): Promise<void> {
  for (let batch = 0; batch < batches; batch += 1) {
    const news = Array.from({ length: 100 }, (_, n) => ({
      key: { sender: user(n * 7), recipient: user(n * 11 + batch), id: `new-${batch}-${n}` },
      facts: [accepted(now * 1000 - T0), fact('stored', now * 1000 - T0 + 1)],
    }));
    await store.records.update(news, judging({ now, completeUpTo: now * 1000 }));
    await nextTurn();
  }
}

async function claimBacklog(rounds: number, except: readonly BareJid[] = []): Promise<void> {
  const all = { maxParcels: 50, maxReceipts: 500, except };
  for (let round = 0; round < rounds; round += 1) {
    const parcels = await store.receipts.claim({ now: now + 1, leaseUntil: now + DAY, ...all });
    await nextTurn();
    if (round % 10 !== 0)
      await store.receipts.settle(
        parcels.map(({ id }) => id),
        now,
      );
    else
      for (const { id, to } of parcels) await store.receipts.postpone({ id, to }, () => now + DAY);
    await nextTurn();
  }
}

async function askRecipients(rounds: number, except: readonly BareJid[] = []): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const claim = { now, leaseUntil: now + DAY, dueUntil: now, maxRecipients: 50, except };
    const askings = await store.asking.claim(claim);
    await nextTurn();
    for (const { recipient, questions } of askings)
      await store.asking.settle(
        recipient,
        questions.map(({ number }) => number),
      );
    await nextTurn();
  }
}

async function changePolicies(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const policy = n % 2 === 0 ? 'client' : 'refuse';
    await store.preferences.change(user(n * 13), { change: () => ({ policy }), now });
    await nextTurn();
  }
}

async function readPolicies(): Promise<void> {
  for (let after = '', left = USERS; left > 0; left -= 500) {
    const choices = await store.preferences.withPolicy('example.org', after, 500);
    after = choices.at(-1)?.account ?? '';
    await nextTurn();
  }
}

async function lookUpLatest(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await store.records.latest(user(n * 101 + 20), undefined, 10);
    await nextTurn();
  }
}

async function countOlder(): Promise<void> {
  let after: Place | undefined;
  do {
    after = (await store.survey.countBefore(now, after, 500)).end;
    await nextTurn();
  } while (after !== undefined);
}

async function readMessagesOf(account: BareJid): Promise<void> {
  let after: Place | undefined;
  do {
    after = (await store.survey.messagesOf(account, after, 50)).end;
    await nextTurn();
  } while (after !== undefined);
}

async function listWaiting(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await store.survey.waitingReceipts(undefined, 1000);
    await store.questions.waitingForAll(undefined, 1000);
    await nextTurn();
  }
}

async function prune(days: number): Promise<void> {
  const log = pino({ level: 'silent' });
  const clock = new OwnClock({ upkeep: store.upkeep, log });
  const parts = {
    upkeep: store.upkeep,
    kept: { retentionDays: days, questionsFor: 7 * DAY },
    clock,
    log,
  };
  await new Housekeeping(parts).sweep(now);
}

function usersFrom(first: number, count: number): readonly BareJid[] {
  return Array.from({ length: count }, (_, n) => user(first + n));
}

function user(number: number): BareJid {
  return `u${number % USERS}@example.org` as BareJid;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const held: Record<string, Held> = {};
for (const [name, work] of Object.entries(WORK)) held[name] = await pingDuring(work);
await store.close();
process.stdout.write(JSON.stringify(held));

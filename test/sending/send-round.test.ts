import Database from 'better-sqlite3';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { element } from '../../src/protocol/xml.ts';
import { ReceiptSender } from '../../src/sending/receipt-sender.ts';
import { SendRate } from '../../src/sending/send-rate.ts';
import { sendRound } from '../../src/sending/send-round.ts';
import { MAX_WAITING, type Parcel } from '../../src/store/receipt-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { type Store, StoreUnavailable } from '../../src/store/store.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { Happenings } from '../../src/telemetry/happenings.ts';
import { judging, NOW } from '../store/judging.ts';
import { temporaryPath } from '../store/place.ts';
import { ALICE, accepted, fact, keyOf } from '../support/facts.ts';

test('an item that cannot be written is sent later, and the others are sent now', async () => {
  const { parts, sent, lines, counters } = start();
  const done = { settled: [] as string[], postponed: [] as string[] };
  const compose = (id: string) => {
    if (id === 'bad') throw new TypeError('our bug');
    return element('message', { id });
  };
  const isMore = await sendRound(sendable(['m1', 'bad', 'm2'], { compose, ...done }), parts);
  expect(isMore).toBe(true);
  expect(sent).toEqual(['m1', 'm2']);
  expect(done).toEqual({ settled: ['m1', 'm2'], postponed: ['bad'] });
  expect(counters.all()).toEqual({ 'receipts not sent: not writable': 1 });
  expect(lines).toMatchObject([
    {
      msg: 'a message to a user could not be written and is tried again later: this is a bug, please report it',
      user: ALICE,
    },
  ]);
});

test('an item that is longer than the server takes is counted and sent later, and the others are sent now', async () => {
  const { parts, sent, lines, counters } = start();
  const done = { settled: [] as string[], postponed: [] as string[] };
  const compose = (id: string) => element('message', { id });
  const fits = ({ attrs }: ReturnType<typeof element>) => attrs['id'] !== 'long';
  const narrow = { ...parts, link: { ...parts.link, fits } };
  await sendRound(sendable(['m1', 'long', 'm2'], { compose, ...done }), narrow);
  expect(sent).toEqual(['m1', 'm2']);
  expect(done).toEqual({ settled: ['m1', 'm2'], postponed: ['long'] });
  expect(counters.all()).toEqual({ 'receipts not sent: too long': 1 });
  expect(lines).toMatchObject([
    { msg: expect.stringContaining('is longer than the server takes'), user: ALICE },
  ]);
});

test('what was claimed is not sent if another daemon may serve by now, and is not settled', async () => {
  const { parts, sent, lines } = start();
  const done = { settled: [] as string[], postponed: [] as string[] };
  let isSure = true;
  const compose = (id: string) => {
    isSure = false;
    return element('message', { id });
  };
  const slept = { ...parts, isSure: () => isSure };
  expect(await sendRound(sendable(['m1'], { compose, ...done }), slept)).toBe(false);
  expect([sent, done, lines]).toEqual([[], { settled: [], postponed: [] }, []]);
});

test('when the store fails while items are written none of them is sent', async () => {
  const { parts, sent, lines } = start();
  const compose = async () => Promise.reject(new StoreUnavailable('disk full'));
  const round = sendRound(sendable(['m1'], { compose, settled: [], postponed: [] }), parts);
  await expect(round).rejects.toThrow('disk full');
  expect([sent, lines]).toEqual([[], []]);
});

test('receipts that are damaged are counted and logged, apart from those that were too many', async () => {
  const { parts, lines, counters } = start();
  const store = await storeWithReceipts(
    MAX_WAITING + 3,
    "UPDATE outbox SET receipt = '{' WHERE number < 3",
  );
  const compose = ({ id }: Parcel) => element('message', { id });
  const { receipts } = store;
  const sender = new ReceiptSender({
    ...parts,
    receipts,
    happenings: new Happenings(),
    compose,
    isWanted: () => true,
    weigh: () => 1,
    lagOf: () => undefined,
  });
  sender.loop.start();
  await expect
    .poll(() => counters.all())
    .toMatchObject({
      'bad items: damaged receipt': 2,
      'receipts told as a number only': 3,
    });
  sender.loop.stop();
  expect(lines.map(({ msg }) => msg)).toEqual([
    'stored receipts are damaged: the sender is told their number only',
    'too many receipts wait for one sender: some are told as a number only',
  ]);
  expect(lines[0]).toMatchObject({ user: ALICE, receipts: 2 });
});

/** A store with so many receipts for Alice, some of them damaged. */
async function storeWithReceipts(count: number, damage: string): Promise<Store> {
  const path = await temporaryPath();
  const store = openSqliteStore(path);
  onTestFinished(() => store.close());
  const facts = [accepted(), fact('stored', 1)];
  const news = Array.from({ length: count }, (_, n) => ({ key: keyOf(`m${n}`), facts }));
  await store.records.update(news, judging());
  const vandal = new Database(path);
  vandal.exec(damage);
  vandal.close();
  return store;
}

interface Acts {
  readonly compose: (id: string) => ReturnType<typeof element> | Promise<never>;
  readonly settled: string[];
  readonly postponed: string[];
}

function sendable(items: readonly string[], { compose, settled, postponed }: Acts) {
  return {
    kind: 'receipts' as const,
    claim: async () => items,
    addresseeOf: (): BareJid => ALICE,
    compose,
    settle: async (taken: readonly string[]) => void settled.push(...taken),
    postpone: async (id: string) => void postponed.push(id),
  };
}

function start() {
  const counters = new Counters();
  const sent: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const parts = {
    link: {
      send: async (stanza: ReturnType<typeof element>) => void sent.push(stanza.attrs['id'] ?? ''),
      request: async () => element('iq', {}),
      fits: () => true,
    },
    component: 'receipts.example.org',
    rate: new SendRate({ gather: 0, every: 0, burst: 1 }),
    isSure: () => true,
    now: () => NOW,
    counters,
    log: pino({}, { write: (line: string) => lines.push(JSON.parse(line)) }),
  };
  return { parts, sent, lines, counters };
}

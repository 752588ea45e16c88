import { expect } from 'vitest';
import type { Fact } from '../../../src/message/fact.ts';
import type { BareJid } from '../../../src/message/jid.ts';
import type { MessageKey } from '../../../src/message/key.ts';
import { newestLife } from '../../../src/message/life.ts';
import { type Status, statusOf } from '../../../src/message/status.ts';
import type { Preferences } from '../../../src/receipt/preferences.ts';
import type { Claim, Parcel } from '../../../src/store/receipt-store.ts';
import type { News, Updated } from '../../../src/store/record-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { accepted, fact, keyOf } from '../../support/facts.ts';
import { type Circumstances, judging, made, NOW } from '../judging.ts';
import type { StorePlace } from './contract.ts';

export const CAROL = 'carol@example.org' as BareJid;
export const DAVE = 'dave@example.net' as BareJid;
export const LEASE_UNTIL = NOW + 60_000;
export const DAY_MS = 86_400_000;
export const STORED = [accepted(), fact('stored', 1)];
export const CLAIM: Claim = {
  now: NOW,
  leaseUntil: LEASE_UNTIL,
  maxParcels: 50,
  maxReceipts: 500,
  except: [],
};

/** The store of the test that runs, how to open the same one again, and how others die who use it. */
export interface Subject extends Omit<StorePlace, 'remove'> {
  current(): Store;
}

/** What people choose, and what is told of messages. */
export interface Acts {
  /** Answers with the number of the domain's policies. */
  choose(account: BareJid, chosen: Preferences, now?: number): Promise<number>;
  tell(key: MessageKey, facts: readonly Fact[], options?: Circumstances): Promise<Updated>;
}

export function actsOn({ current }: Subject): Acts {
  return {
    choose: async (account, chosen, now = NOW) => {
      const change = () => chosen;
      const { preferences, version } = await current().preferences.change(account, { change, now });
      expect(preferences).toEqual(chosen);
      return version.number;
    },
    tell: (key, facts, options = {}) =>
      current().records.update([{ key, facts }], judging(options)),
  };
}

/** Messages from Alice to Bob, and their receipts. */
export interface RecordActs {
  /** Answers how many receipts that made. */
  update(...news: readonly News[]): Promise<number>;
  tell(id: string, ...facts: readonly Fact[]): Promise<number>;
  statusIn(id: string, from?: Store): Promise<Status | undefined>;
  claim(changed?: Partial<Claim>, from?: Store): Promise<readonly Parcel[]>;
  /** Everything that would be sent at that time, as `id status`; it is lent and not given back. */
  receiptsWaiting(now?: number): Promise<readonly string[]>;
}

export function recordActsOn({ current }: Subject): RecordActs {
  const acts: RecordActs = {
    update: async (...news) => made(await current().records.update(news, judging())).receipts,
    tell: (id, ...facts) => acts.update({ key: keyOf(id), facts }),
    statusIn: async (id, from = current()) => {
      const found = await from.records.find(keyOf(id));
      return statusOf(found === undefined ? [] : (newestLife(found.tracked.record)?.facts ?? []));
    },
    claim: (changed = {}, from = current()) => from.receipts.claim({ ...CLAIM, ...changed }),
    receiptsWaiting: async (now = NOW) => {
      const claim = () => acts.claim({ now, leaseUntil: now + 1 });
      const parcels = await untilNone(claim);
      return parcels.flatMap(({ receipts }) =>
        receipts.map(({ key, status }) => `${key.id} ${status}`),
      );
    },
  };
  return acts;
}

/** A stanza holds only what the archive treats alike, so there may be more for the same sender. */
export async function untilNone(
  claim: () => Promise<readonly Parcel[]>,
): Promise<readonly Parcel[]> {
  const all: Parcel[] = [];
  for (let parcels = await claim(); parcels.length > 0; parcels = await claim())
    all.push(...parcels);
  return all;
}

export function storedNews(id: string): News {
  return { key: keyOf(id), facts: STORED };
}

export function acceptedNews(id: string): News {
  return { key: keyOf(id), facts: [accepted()] };
}

export function idsOf(receipts: readonly { readonly key: MessageKey }[]): readonly string[] {
  return receipts.map(({ key }) => key.id);
}

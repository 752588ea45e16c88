import { pino } from 'pino';
import { judgeAt } from '../../src/facts/judging.ts';
import { Watching } from '../../src/facts/watching.ts';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { keyText, type MessageKey } from '../../src/message/key.ts';
import type { Millis, Stamp } from '../../src/message/time.ts';
import type { Served } from '../../src/store/postgres/served.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import type { Claim, Parcel } from '../../src/store/receipt-store.ts';
import type { Updated } from '../../src/store/record-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Overdue } from '../../src/store/watch-store.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { DAY, RULES, T0 } from '../support/facts.ts';
import { NOW } from './judging.ts';
import { SERVED } from './served.ts';

/** Two servers, each with a component of its own. */
export const HERE = SERVED;
export const THERE: Served = { component: 'receipts.there.example', domains: ['there.example'] };

export const BOB_THERE = 'bob@there.example' as BareJid;
export const CAROL_THERE = 'carol@there.example' as BareJid;

/** All that is due on that day and the next is lent, and not given back. */
export const LATE: Claim = {
  now: NOW + DAY / 1000,
  leaseUntil: NOW + (3 * DAY) / 1000,
  maxParcels: 1000,
  maxReceipts: 100_000,
  except: [],
};

/** Whatever waits is to be looked at by then. */
export const IN_A_MONTH: Millis = NOW + (30 * DAY) / 1000;

/** A daemon as far as its store and its judgement go: it hears its own servers only. */
export class OneOfTwo {
  readonly store: Store;
  readonly #served: Served;
  readonly #upTo: Stamp;

  /** `upTo`: how far its servers are known. */
  constructor(address: string, served: Served, upTo: Stamp = T0 + DAY) {
    this.store = openPostgresStore(address, { served });
    this.#served = served;
    this.#upTo = upTo;
  }

  learn(key: MessageKey, ...facts: readonly Fact[]): Promise<Updated> {
    return this.learnAll([key], () => facts);
  }

  learnAll(
    keys: readonly MessageKey[],
    factsOf: (key: MessageKey) => readonly Fact[],
    now: Millis = NOW,
  ): Promise<Updated> {
    const judge = judgeAt(now, {
      ...this.#hears(),
      gaps: { withoutDoubtful: (news) => news },
      wordsDelay: 0,
      questionDelay: 0,
    });
    const news = keys.map((key) => ({ key, facts: factsOf(key) }));
    return this.store.records.update(news, { judge, now });
  }

  /** Looks at all that is due, as the time-outs do; answers at what. */
  async lookAgain(now: Millis = NOW): Promise<readonly string[]> {
    const due = await this.store.records.due(now, 1000);
    await this.learnAll(due, () => [], now);
    return due.map(keyText).toSorted();
  }

  /** Whose turn it is to look at a message by that time. */
  async due(now: Millis = IN_A_MONTH): Promise<readonly string[]> {
    return (await this.store.records.due(now, 1000)).map(keyText).toSorted();
  }

  /** Looks at the watches whose deadline is over, as the time-outs do. */
  lookAtWatches(): Promise<void> {
    const { watches, records } = this.store;
    const rest = { counters: new Counters(), log: pino({ level: 'silent' }), onOverdue: () => {} };
    return new Watching({ ...this.#hears(), ...rest, watches, records, now: () => NOW }).look();
  }

  /** The notices that are due for it: they are lent, and not given back. */
  noticesAt(now: Millis): Promise<readonly Overdue[]> {
    return this.store.notices.claim({ now, leaseUntil: LATE.leaseUntil, limit: 100, except: [] });
  }

  #hears() {
    const { domains } = this.#served;
    return {
      rules: { ...RULES, domains: [...HERE.domains, ...THERE.domains] },
      heard: domains,
      completeness: {
        completeUpTo: (server: string) => (domains.includes(server) ? this.#upTo : undefined),
        mayHaveSeveralNodes: () => false,
      },
    };
  }

  async claimAll(): Promise<readonly Parcel[]> {
    const all: Parcel[] = [];
    for (let parcels = await this.#claim(); parcels.length > 0; parcels = await this.#claim())
      all.push(...parcels);
    return all;
  }

  #claim(): Promise<readonly Parcel[]> {
    return this.store.receipts.claim(LATE);
  }
}

/** Every receipt of these parcels, as `sender id status`. */
export function receiptsIn(parcels: readonly Parcel[]): readonly string[] {
  return parcels
    .flatMap(({ receipts }) => receipts)
    .map(({ key, status }) => `${key.sender} ${key.id} ${status}`)
    .toSorted();
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Claim } from '../../../src/store/receipt-store.ts';
import type { News } from '../../../src/store/record-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { accepted, fact, keyOf } from '../../support/facts.ts';
import { judging, NOW } from '../judging.ts';

// A process of its own runs this too: nothing of the test runner may be imported here.

/** What somebody does with a store until it dies. */
export type Act =
  | 'tells of two messages'
  | 'claims'
  | 'settles what it claims'
  | 'claims notices'
  | 'settles the notices it claims'
  | 'takes reminders'
  | 'writes for ever';

/** Until when what it claims is lent to it. */
export const LENT_UNTIL = NOW + 60_000;

const CLAIM: Claim = {
  now: NOW,
  leaseUntil: LENT_UNTIL,
  maxParcels: 50,
  maxReceipts: 500,
  except: [],
};

const NOTICES = { now: NOW, leaseUntil: LENT_UNTIL, limit: 50, except: [] };

export type Say = (text: string) => void;

export const ACTS: Readonly<Record<Act, (store: Store, say: Say) => Promise<unknown>>> = {
  'tells of two messages': (store) => store.records.update([newsOf('m1'), newsOf('m2')], judging()),
  claims: (store) => store.receipts.claim(CLAIM),
  'settles what it claims': async (store) => {
    const parcels = await store.receipts.claim(CLAIM);
    await store.receipts.settle(
      parcels.map(({ id }) => id),
      NOW,
    );
  },
  'claims notices': ({ notices }) => notices.claim(NOTICES),
  'settles the notices it claims': async ({ notices }) =>
    notices.settle(await notices.claim(NOTICES)),
  'takes reminders': async ({ reminders }) => {
    for (const watch of await reminders.ordered(['example.org'], 10)) await reminders.take(watch);
  },
  'writes for ever': async (store, say) => {
    for (let batch = 0; ; batch += 1) {
      await store.records.update(idsOfBatch(batch).map(newsOf), judging());
      say(`${batch}\n`);
      await nextTurn();
    }
  },
};

export function idsOfBatch(batch: number): readonly string[] {
  return [0, 1, 2].map((n) => `${batch}-${n}`);
}

function newsOf(id: string): News {
  return { key: keyOf(id), facts: [accepted(), fact('stored', 1)] };
}

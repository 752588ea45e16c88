import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import type { Parcel } from '../../src/store/receipt-store.ts';
import type { Store } from '../../src/store/store.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { STORES } from './both-stores.ts';
import { judging, NOW } from './judging.ts';

const LEASE = 60_000;
const SENDERS = ['alice@example.org', 'carol@example.org'] as const;

/** What may happen in any order; `which` picks a parcel that was sent, if there is one. */
type Step =
  | { readonly kind: 'tell'; readonly sender: (typeof SENDERS)[number] }
  | { readonly kind: 'send'; readonly most: number }
  | { readonly kind: 'settle' | 'refuse'; readonly which: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'pass'; readonly ms: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.record({ kind: fc.constant('tell'), sender: fc.constantFrom(...SENDERS) }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('send'), most: fc.integer({ min: 1, max: 4 }) }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ kind: fc.constantFrom('settle', 'refuse'), which: fc.nat(9) }),
    weight: 3,
  },
  fc.record({ kind: fc.constant('crash') }),
  fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(1, LEASE - 1, LEASE, 3 * LEASE) }),
);

const RULE =
  'whatever is sent, settled, refused and forgotten in a crash, no receipt is lost or has two ids';

test.each(Object.entries(STORES))(
  `${RULE}: %s`,
  async (_, open) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 25 }), fc.nat(), async (steps, seed) => {
        const model = new Model(open(seed));
        try {
          for (const step of steps) await model.take(step);
          await model.finish();
          expect([...model.idOf.keys()].toSorted()).toEqual(model.told.toSorted());
        } finally {
          await model.store.close();
        }
      }),
      { numRuns: 300 },
    );
  },
  30_000,
);

/** A store, the daemons that use it, and what the server has seen. */
class Model {
  readonly store: Store;
  readonly told: string[] = [];
  /** The stanza id under which the server saw each receipt. */
  readonly idOf = new Map<string, string>();
  readonly #contents = new Map<string, string>();
  #inHand: Parcel[] = [];
  #sent: Parcel[] = [];
  #now = NOW;

  constructor(store: Store) {
    this.store = store;
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'tell':
        return this.#tell(step.sender as BareJid);
      case 'send':
        return this.#send(step.most);
      case 'settle':
        return this.#settle(step.which);
      case 'refuse':
        return this.#refuse(step.which);
      case 'crash':
        this.#inHand = [];
        return;
      case 'pass':
        this.#now += step.ms;
    }
  }

  /** Nothing goes wrong any more: all that is left is sent and taken. */
  async finish(): Promise<void> {
    this.#now += 1000 * LEASE;
    this.#inHand = [];
    for (let isMore = true; isMore; ) {
      await this.#send(4);
      isMore = this.#inHand.length > 0;
      while (this.#inHand.length > 0) await this.#settle(0);
    }
    this.#now += 1000 * LEASE;
    expect(await this.#claim(100)).toEqual([]);
  }

  async #tell(sender: BareJid): Promise<void> {
    const id = `m${this.told.length}`;
    this.told.push(id);
    const news = [{ key: keyOf(id, sender), facts: [accepted(), fact('stored', 1)] }];
    await this.store.records.update(news, judging({ now: this.#now }));
  }

  async #send(most: number): Promise<void> {
    for (const parcel of await this.#claim(most)) {
      this.#inHand.push(parcel);
      this.#sent.push(parcel);
      this.#see(parcel);
    }
  }

  #see({ id, to, receipts }: Parcel): void {
    const content = JSON.stringify([to, receipts]);
    expect(this.#contents.get(id) ?? content).toBe(content);
    this.#contents.set(id, content);
    for (const { key } of receipts) {
      expect(this.idOf.get(key.id) ?? id).toBe(id);
      expect(key.sender).toBe(to);
      this.idOf.set(key.id, id);
    }
  }

  async #settle(which: number): Promise<void> {
    const [parcel] = this.#inHand.splice(which % Math.max(1, this.#inHand.length), 1);
    if (parcel !== undefined) await this.store.receipts.settle([parcel.id], this.#now);
  }

  async #refuse(which: number): Promise<void> {
    const parcel = this.#sent[which % Math.max(1, this.#sent.length)];
    const until = this.#now + 2 * LEASE;
    if (parcel !== undefined)
      expect(await this.store.receipts.postpone(parcel, () => until)).toBe('postponed');
  }

  #claim(maxReceipts: number): Promise<readonly Parcel[]> {
    const now = this.#now;
    return this.store.receipts.claim({
      now,
      leaseUntil: now + LEASE,
      maxParcels: 3,
      maxReceipts,
      except: [],
    });
  }
}

import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { TickOrder, TickStore } from '../../../src/store/tick-store.ts';
import { ALICE, accepted, BOB, DAY, fact, HOUR, keyOf, SECOND, T0 } from '../../support/facts.ts';
import { made, NOW } from '../judging.ts';
import { actsOn, DAVE, DAY_MS, LEASE_UNTIL, type Subject } from './acts.ts';

/** Orders to deliver on behalf of recipients. */
export function ticksContract(subject: Subject): void {
  const { current } = subject;
  const { choose, tell } = actsOn(subject);

  describe('ticks', () => {
    async function order(id: string, sender = ALICE, recipient = BOB, now = NOW): Promise<number> {
      const facts = [accepted(0, { token: `token of ${id}` }), fact('acked', 1)];
      const updated = await tell(keyOf(id, sender, recipient), facts, {
        completeUpTo: T0 + DAY,
        now,
      });
      return made(updated).ticks;
    }

    async function claim(changed: Partial<TickClaim> = {}): Promise<readonly TickOrder[]> {
      return current().ticks.claim({ ...TICK_CLAIM, ...changed });
    }

    async function automatic(...accounts: readonly BareJid[]): Promise<void> {
      for (const account of accounts) await choose(account, { policy: 'automatic' });
    }

    test('a tick that came back is withdrawn when the client answers meanwhile', async () => {
      await automatic(BOB);
      await order('m1');
      const [first] = await claim();
      await current().ticks.postpone([first?.number ?? 0], NOW + 5000);
      await tell(keyOf('m1'), [fact('displayed', HOUR)]);
      expect(await claim({ now: NOW + 5000 })).toEqual([]);
    });

    test('a tick is ordered once, with the token that the server wants back', async () => {
      await automatic(BOB);
      expect(await order('m1')).toBe(1);
      expect(await order('m1')).toBe(0);
      expect(await claim()).toMatchObject([
        { tries: 0, tick: { key: keyOf('m1'), token: 'token of m1', because: 'acked' } },
      ]);
    });

    test('a tick is for the server of the recipient', async () => {
      await automatic(BOB, DAVE);
      await order('m1');
      // Whoever is not among our users has no policy here: the order comes from a yes.
      await tell(keyOf('d1', ALICE, DAVE), [
        { ...accepted(0, { token: 't' }), side: 'recipient' },
        fact('approved', 1),
      ]);
      expect(idsIn(await claim())).toEqual(['m1']);
      expect(idsIn(await claim({ domain: 'example.net' }))).toEqual(['d1']);
      expect(await claim({ domain: 'example.com' })).toEqual([]);
    });

    test('ticks are lent, the oldest first, until the lease is over', async () => {
      await automatic(BOB);
      await order('m2', ALICE, BOB, NOW + 2);
      await order('m1', ALICE, BOB, NOW + 1);
      expect(await claim({ now: NOW })).toEqual([]);
      expect(idsIn(await claim({ now: NOW + 2, limit: 1 }))).toEqual(['m1']);
      expect(idsIn(await claim({ now: NOW + 2 }))).toEqual(['m2']);
      expect(await claim({ now: LEASE_UNTIL - 1 })).toEqual([]);
      expect(idsIn(await claim({ now: LEASE_UNTIL }))).toEqual(['m1', 'm2']);
    });

    test('a tick is carried out once', async () => {
      await automatic(BOB);
      await order('m1');
      const [lent] = await claim();
      await current().ticks.settle([lent?.number ?? 0, 4711]);
      expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
      expect(await order('m1')).toBe(0);
    });

    test('a tick that could not be carried out comes again when it is time, with one more try', async () => {
      await automatic(BOB);
      await order('m1');
      const [lent] = await claim();
      await current().ticks.postpone([lent?.number ?? 0], NOW + 500);
      expect(await claim({ now: NOW + 499 })).toEqual([]);
      expect(await claim({ now: NOW + 500 })).toEqual([{ ...lent, tries: 1 }]);
    });

    test('a tick is taken back when the client answers before it is lent', async () => {
      await automatic(BOB);
      await order('m1');
      await order('m2');
      await tell(keyOf('m1'), [fact('received', 5)]);
      expect(idsIn(await claim())).toEqual(['m2']);
    });

    test('a tick is taken back when a marker covers the message', async () => {
      await automatic(BOB);
      await order('m1');
      await tell(keyOf('m2'), [accepted(SECOND), fact('displayed', 2 * SECOND)]);
      expect(await claim()).toEqual([]);
    });

    test('a tick stays after it was lent, because it may be under way', async () => {
      await automatic(BOB);
      await order('m1');
      await claim();
      await tell(keyOf('m1'), [fact('received', 5)]);
      expect(idsIn(await claim({ now: LEASE_UNTIL }))).toEqual(['m1']);
    });

    test('ticks as old as the messages that are forgotten are removed', async () => {
      await automatic(BOB);
      await order('m1');
      const limits = { now: NOW, unacceptedBefore: 0, maxUnaccepted: 10, questionsBefore: 0 };
      await current().upkeep.prune({ ...limits, before: NOW });
      expect((await current().upkeep.backlog()).ticks).toBe(1);
      await current().upkeep.prune({ ...limits, before: NOW + 1 });
      expect(await claim({ now: NOW + DAY_MS })).toEqual([]);
    });
  });
}

type TickClaim = Parameters<TickStore['claim']>[0];

const TICK_CLAIM: TickClaim = {
  domain: 'example.org',
  now: NOW,
  leaseUntil: LEASE_UNTIL,
  limit: 100,
};

function idsIn(orders: readonly TickOrder[]): readonly string[] {
  return orders.map(({ tick }) => tick.key.id);
}

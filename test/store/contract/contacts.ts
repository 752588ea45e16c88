import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { BEFORE_ALL, type Contact } from '../../../src/store/contact-store.ts';
import { ALICE, BOB, DAY, T0 } from '../../support/facts.ts';
import { NOW } from '../judging.ts';
import { CAROL, type Subject } from './acts.ts';

const DOMAIN = 'receipts.example.org' as BareJid;
const BOT = `receipts@${DOMAIN}` as BareJid;

/** Who has us among the contacts. */
export function contactsContract({ current, open }: Subject): void {
  async function add(account: BareJid, address = BOT, now = NOW): Promise<void> {
    await current().contacts.add({ account, address }, now);
  }

  async function remove(account: BareJid, address = BOT): Promise<void> {
    await current().contacts.remove({ account, address });
  }

  /** All contacts, for instance `alice receipts@receipts.example.org`. */
  async function all(from = current()): Promise<readonly string[]> {
    return (await from.contacts.page(BEFORE_ALL, 100)).map(summary);
  }

  describe('who has us among the contacts', () => {
    test('is nobody, until somebody does', async () => {
      expect(await all()).toEqual([]);
    });

    test('is known also when the store is opened again, once, however often it is said', async () => {
      await add(ALICE);
      await add(ALICE);
      expect(await all(open())).toEqual([`alice ${BOT}`]);
    });

    test('is known for each of our addresses by itself', async () => {
      await add(ALICE);
      await add(ALICE, DOMAIN);
      await add(BOB, DOMAIN);
      expect(await all()).toEqual([`alice ${DOMAIN}`, `alice ${BOT}`, `bob ${DOMAIN}`].toSorted());
      await remove(ALICE);
      expect(await all()).toEqual([`alice ${DOMAIN}`, `bob ${DOMAIN}`]);
    });

    test('does not change when somebody goes who was never there', async () => {
      await add(ALICE);
      await remove(BOB);
      await remove(ALICE, DOMAIN);
      expect(await all()).toEqual([`alice ${BOT}`]);
    });

    test('comes whole in pages, by account', async () => {
      for (const name of ['c', 'a', 'd', 'b']) await add(`${name}@example.org` as BareJid);
      await add('b@example.org' as BareJid, DOMAIN);
      const pages: (readonly string[])[] = [];
      for (let after: Contact | undefined = BEFORE_ALL; after !== undefined; ) {
        const page: readonly Contact[] = await current().contacts.page(after, 2);
        pages.push(page.map(summary));
        after = page.at(-1);
      }
      expect(pages.map(({ length }) => length)).toEqual([2, 2, 1, 0]);
      const bs = [DOMAIN, BOT].toSorted().map((address) => `b ${address}`);
      expect(pages.flat()).toEqual([`a ${BOT}`, ...bs, `c ${BOT}`, `d ${BOT}`]);
    });

    test('does not name a deleted account', async () => {
      for (const account of [ALICE, BOB, CAROL]) await add(account);
      await add(BOB, DOMAIN);
      const removed = await current().upkeep.forget(BOB, T0 + DAY);
      expect(removed).toEqual({ count: 2, isMore: false });
      expect(await all()).toEqual([`alice ${BOT}`, `carol ${BOT}`]);
    });

    test('names an account that was made anew after the deletion', async () => {
      await add(BOB, BOT, (T0 + DAY) / 1000 + 1);
      await current().upkeep.forget(BOB, T0 + DAY);
      expect(await all()).toEqual([`bob ${BOT}`]);
    });
  });
}

function summary({ account, address }: Contact): string {
  return `${account.split('@')[0]} ${address}`;
}

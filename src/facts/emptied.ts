import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Gone } from '../message/fact.ts';
import type { BareJid } from '../message/jid.ts';
import { BEFORE_ALL_OPEN, type OpenPlace } from '../store/open-port.ts';
import type { OpenStore } from '../store/record-store.ts';
import { type Batch, type Emptied, emptiedIn } from './batch.ts';
import type { Ledger } from './ledger.ts';

export interface EmptiedParts {
  readonly open: Pick<OpenStore, 'to'>;
  readonly ledger: Pick<Ledger, 'learn'>;
}

const ROWS = 500;

export async function learnOfEmptied(
  batches: readonly Batch[],
  parts: EmptiedParts,
): Promise<void> {
  for (const emptied of emptiedIn(batches)) await noteEmptied(emptied, parts);
}

/**
 * A store of the recipient was emptied. What it held, and was not handed out, is gone from there.
 * Messages to oneself are left out: when they come back to the device that wrote them, the server
 * does not report that.
 */
async function noteEmptied(
  { account, at, store, shownTo }: Emptied,
  { open, ledger }: EmptiedParts,
): Promise<void> {
  const gone: Gone = { kind: 'gone', at, side: 'component', where: store };
  const shown = new Set(shownTo);
  const goneFor = (sender: BareJid): Gone => (shown.has(sender) ? { ...gone, shown: true } : gone);
  for (let after: OpenPlace | undefined = BEFORE_ALL_OPEN; after !== undefined; ) {
    const page = await open.to(account, after, ROWS);
    const keys = page.keys.filter(({ sender }) => sender !== account);
    await ledger.learn(keys.map((key) => ({ key, facts: [goneFor(key.sender)] })));
    after = page.next;
    await nextTurn();
  }
}

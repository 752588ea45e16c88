import type { BareJid } from '../../src/message/jid.ts';
import { newestLife } from '../../src/message/life.ts';
import { factsReadUpTo, statusOf } from '../../src/message/status.ts';
import type { Found } from '../../src/store/record-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Kept } from './finding.ts';
import type { Story } from './ledger.ts';
import { SENDER } from './people.ts';

/** The record of a message, past all faults. */
export function recordOf({ id, to }: Story, { records }: Store): Promise<Found | undefined> {
  const key = { sender: SENDER.jid as BareJid, recipient: to.jid as BareJid, id };
  return records.find(key);
}

export async function keptOf(story: Story, store: Store): Promise<Kept> {
  const found = await recordOf(story, store);
  const life = found && newestLife(found.tracked.record);
  const told = found?.tracked.told.filter(({ silent }) => silent !== true) ?? [];
  const status = life && statusOf(factsReadUpTo(life, found?.readUpTo));
  return { status, told: told.map((it) => it.status) };
}

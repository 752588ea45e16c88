import type { BareJid } from '../../src/message/jid.ts';
import { newestLife } from '../../src/message/life.ts';
import { factsReadUpTo, statusOf } from '../../src/message/status.ts';
import { isFor } from '../../src/receipt/audience.ts';
import type { Found } from '../../src/store/record-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Kept } from './finding.ts';
import type { Story } from './ledger.ts';
import { SENDER } from './people.ts';
import type { Line } from './words.ts';

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
  return {
    status,
    told: told.filter((it) => isFor(it, 'programs')).map((it) => it.status),
    inWords: told.filter((it) => isFor(it, 'people')).map((it) => it.status),
  };
}

/** Which message each notice is about, by the id of its stanza. */
export async function noticesIn({ watches }: Store): Promise<ReadonlyMap<string, string>> {
  const known = await watches.of(SENDER.jid as BareJid);
  return new Map(known.map(({ notice = '', key }) => [notice, key.id]));
}

/** More messages than a run has. */
const ALL = 1_000_000;

/** All that was told in words, or is about to be. */
export async function linesIn({ records }: Store): Promise<readonly Line[]> {
  const found = await records.latest(SENDER.jid as BareJid, undefined, ALL);
  return found.flatMap(({ tracked: { key, told } }) =>
    told
      .filter((it) => it.silent !== true && isFor(it, 'people'))
      .map(({ status }) => ({ status, to: key.recipient, count: 1 })),
  );
}

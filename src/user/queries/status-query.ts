import { bareOf, domainOf, occupantOf } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import { errorOf, resultOf, type StanzaError } from '../../protocol/iq.ts';
import { NS } from '../../protocol/namespaces.ts';
import { receiptElement } from '../../protocol/receipt-message.ts';
import { type Spelling, typedSpelling } from '../../protocol/spelling/spelling.ts';
import { type Element, element } from '../../protocol/xml.ts';
import { currentStatusOf, type ServerTime } from '../../receipt/current-status.ts';
import type { Receipt } from '../../receipt/receipt.ts';
import type { Rules } from '../../receipt/rules.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { Counters, QueryRefusal } from '../../telemetry/counters.ts';

/**
 * docs/protocol.md §3.3: tells a sender what became of a message. The user who asks is part of the
 * key, so the message of somebody else is as unknown as a message that does not exist.
 */
export async function answerQuery(
  request: Element,
  query: Element,
  { records, rules, domains, counters, spell, timeFor }: QueryParts,
): Promise<Element> {
  const { id = '', recipient = '' } = query.attrs;
  const sender = bareOf(request.attrs['from'] ?? '');
  const refuse = (why: QueryRefusal) => {
    counters.count(`queries refused: ${why}`);
    return errorOf(request, REFUSALS[why]);
  };
  if (!domains.includes(domainOf(sender))) return refuse('strangers');
  if (id === '' || recipient === '') return refuse('incomplete');
  // A person may write an address in another way than servers do.
  const key = { sender, recipient: typedSpelling(spell)(bareOf(recipient)), id };
  const needs = { records, rules, timeFor };
  const receipt =
    (await furthest(occupantIn(recipient, key), needs)) ?? (await furthest(key, needs));
  if (receipt === undefined) return refuse('unknown message');
  return resultOf(
    request,
    element('query', { xmlns: NS.receipts, id, recipient }, receiptElement(receipt)),
  );
}

export interface QueryParts {
  readonly records: Pick<RecordStore, 'find'>;
  readonly rules: Rules;
  /** Whose users may ask here. */
  readonly domains: readonly string[];
  readonly counters: Counters;
  readonly timeFor: (key: MessageKey) => ServerTime;
  readonly spell: Spelling;
}

/**
 * The address with a resource may be an occupant of a room. Of a device there is no such message.
 */
function occupantIn(recipient: string, key: MessageKey): MessageKey {
  const slash = recipient.indexOf('/');
  if (slash < 0) return key;
  return { ...key, recipient: occupantOf(key.recipient, recipient.slice(slash + 1)) };
}

const REFUSALS: Readonly<Record<QueryRefusal, StanzaError>> = {
  strangers: { type: 'auth', condition: 'forbidden' },
  'unknown message': { type: 'cancel', condition: 'item-not-found' },
  incomplete: {
    type: 'modify',
    condition: 'bad-request',
    text: 'a query must name the id of the message and its recipient (bare JID)',
  },
};

async function furthest(
  key: MessageKey,
  { records, rules, timeFor }: Pick<QueryParts, 'records' | 'rules' | 'timeFor'>,
): Promise<Receipt | undefined> {
  const found = await records.find(key);
  const time = timeFor(found?.tracked.key ?? key);
  const receipt = found && currentStatusOf(found.tracked, { rules, ...time, ...found });
  // The query may have named the origin-id: the answer repeats the id of the query.
  return receipt && { ...receipt, key };
}

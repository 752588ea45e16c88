import { folded } from '../commands/address.ts';
import type { Counters } from '../counters.ts';
import { type BareJid, bareOf, domainOf } from '../message/jid.ts';
import { errorOf, resultOf, type StanzaError } from '../protocol/iq.ts';
import { NS } from '../protocol/namespaces.ts';
import { receiptElement } from '../protocol/receipt-message.ts';
import { type Element, element } from '../protocol/xml.ts';
import { currentStatusOf } from '../receipt/current-status.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Rules } from '../receipt/rules.ts';
import type { Store } from '../store/store.ts';

/**
 * docs/protocol.md §3.3: what became of a message, for its sender. The key holds the asker, so somebody else's message is as
 * unknown as one that never was.
 */
export async function answerQuery(
  request: Element,
  query: Element,
  { store, rules, counters }: QueryParts,
): Promise<Element> {
  const { id = '', recipient = '' } = query.attrs;
  const sender = bareOf(request.attrs['from'] ?? '');
  const refuse = (error: StanzaError) => {
    counters.count('queries refused');
    return errorOf(request, error);
  };
  if (!rules.domains.includes(domainOf(sender))) return refuse(FORBIDDEN);
  if (id === '' || recipient === '') return refuse(INCOMPLETE);
  // What a person typed may differ from what servers write.
  const key = { sender, recipient: folded(bareOf(recipient)), id };
  const receipt = await furthest(key, { store, rules });
  if (receipt === undefined) return refuse(UNKNOWN);
  return resultOf(
    request,
    element('query', { xmlns: NS.receipts, id, recipient }, receiptElement(receipt)),
  );
}

export interface QueryParts {
  readonly store: Store;
  readonly rules: Rules;
  readonly counters: Counters;
}

const FORBIDDEN: StanzaError = { type: 'auth', condition: 'forbidden' };
const UNKNOWN: StanzaError = { type: 'cancel', condition: 'item-not-found' };
const INCOMPLETE: StanzaError = {
  type: 'modify',
  condition: 'bad-request',
  text: 'a query must name the id of the message and its recipient (bare JID)',
};

interface AskedFor {
  readonly sender: BareJid;
  readonly recipient: BareJid;
  readonly id: string;
}

async function furthest(
  key: AskedFor,
  { store, rules }: { store: Store; rules: Rules },
): Promise<Receipt | undefined> {
  const found = await store.find(key);
  const receipt = found && currentStatusOf(found.tracked, { rules, ...found });
  // The message may have been asked for by its origin-id: the answer names what was asked.
  return receipt && { ...receipt, key };
}

import type { Link } from '../link/link.ts';
import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { NS } from '../protocol/namespaces.ts';
import { type Element, element } from '../protocol/xml.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { Counters, SentItem } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { SendRate } from './send-rate.ts';

export interface SendRoundParts {
  readonly link: Pick<Link, 'send' | 'request' | 'fits'>;
  /** Our own domain. */
  readonly component: string;
  readonly rate: SendRate;
  /** False: another daemon may serve our component by now. */
  readonly isSure: () => boolean;
  readonly now: () => Millis;
  readonly counters: Counters;
  readonly log: Logger;
}

/** A kind of item that is sent until the server has taken it, one stanza for each item. */
export interface Sendable<Item> {
  readonly kind: SentItem;
  /** Claims what is due, except what is for these addressees. */
  readonly claim: (except: readonly BareJid[]) => Promise<readonly Item[]>;
  readonly addresseeOf: (item: Item) => BareJid;
  readonly compose: (item: Item) => Element | Promise<Element>;
  /** Called once the server has taken these: a crash before it sends them again. */
  readonly settle: (items: readonly Item[]) => Promise<void>;
  readonly postpone: (item: Item) => Promise<void>;
  /** Makes several of an item that is too long for the server; answers whether it could. */
  readonly divide?: (item: Item) => Promise<boolean>;
}

/** Sends what is due. Answers `true` if there was something: then there may be more. */
export async function sendRound<Item>(
  sendable: Sendable<Item>,
  parts: SendRoundParts,
): Promise<boolean> {
  const { claim, addresseeOf, settle } = sendable;
  const { rate, now, isSure } = parts;
  if (!isSure()) return false;
  const items = await claim(rate.waiting(now()));
  if (items.length === 0) return false;
  for (const item of items) rate.note(addresseeOf(item), now());
  const composed = await Promise.all(items.map((item) => composeOne(item, sendable, parts)));
  const written = await withoutTooLong(
    composed.flatMap((one) => one ?? []),
    sendable,
    parts,
  );
  const stanzas = written.map(({ stanza }) => stanza);
  // This process slept since the claim: whoever serves now claims them when their lease is over.
  if (!isSure()) return false;
  await sendUntilTaken(stanzas, parts);
  await settle(written.map(({ item }) => item));
  return true;
}

interface Composed<Item> {
  readonly item: Item;
  readonly stanza: Element;
}

/** An item that cannot be written must not stop the others. */
async function composeOne<Item>(
  item: Item,
  { kind, compose, addresseeOf, postpone }: Sendable<Item>,
  { counters, log }: Pick<SendRoundParts, 'counters' | 'log'>,
): Promise<Composed<Item> | undefined> {
  try {
    return { item, stanza: await compose(item) };
  } catch (error) {
    // Expected: the round ends, and the next one tries again. Anything else is our bug with this
    // item.
    if (error instanceof StoreUnavailable) throw error;
    counters.count(`${kind} not sent: not writable`);
    log.error(
      { err: error, user: addresseeOf(item) },
      'a message to a user could not be written and is tried again later: this is a bug, please report it',
    );
    await postpone(item);
    return undefined;
  }
}

/** What the server does not take must not end the stream again and again. */
async function withoutTooLong<Item>(
  composed: readonly Composed<Item>[],
  { kind, addresseeOf, divide, postpone }: Sendable<Item>,
  { link, counters, log }: Pick<SendRoundParts, 'link' | 'counters' | 'log'>,
): Promise<readonly Composed<Item>[]> {
  const isFitting = composed.map(({ stanza }) => link.fits(stanza));
  for (const { item } of composed.filter((_, index) => !isFitting[index])) {
    if (await divide?.(item)) continue;
    counters.count(`${kind} not sent: too long`);
    log.error({ user: addresseeOf(item) }, TOO_LONG);
    await postpone(item);
  }
  return composed.filter((_, index) => isFitting[index]);
}

const TOO_LONG =
  'a message to a user is longer than the server takes and is tried again later: raise component_stanza_size_limit in Prosody, or max_stanza_size of the ejabberd_service listener in ejabberd';

/**
 * Resolves when the server has read all of these stanzas. XEP-0199 §3: we send a ping to ourselves
 * after them; when it comes back, the server has read everything before it.
 */
async function sendUntilTaken(
  stanzas: readonly Element[],
  { link, component }: Pick<SendRoundParts, 'link' | 'component'>,
): Promise<void> {
  const ping = element('ping', { xmlns: NS.ping });
  const request = element('iq', { type: 'get', to: component }, ping);
  await Promise.all([...stanzas.map((stanza) => link.send(stanza)), link.request(request)]);
}

import { randomUUID } from 'node:crypto';
import { firstWithin } from '../message/first-within.ts';
import { keyText } from '../message/key.ts';
import type { Millis } from '../message/time.ts';
import type { KnownParcel, ReceiptPort, Waiting, WaitingReceipt } from './receipt-port.ts';
import type { Claim, Parcel, Postponed } from './receipt-store.ts';

/**
 * Lends what is due. For each sender, parcels sent before come first, unchanged; then new receipts.
 */
export async function claimReceipts(rows: ReceiptPort, claim: Claim): Promise<readonly Parcel[]> {
  const lending = new Lending(claim);
  for (const waiting of await rows.waiting(claim)) lending.lendTo(waiting);
  await rows.lend(
    lending.lent.map(({ parcel: { id, to }, receipts }) => ({
      id,
      to,
      numbers: receipts.map(({ number }) => number),
      until: claim.leaseUntil,
    })),
  );
  return lending.lent.map(({ parcel }) => parcel);
}

/**
 * If too many receipts wait for that sender, the parcel is given up and only its number is told. If
 * no receipt can carry the number, the parcel is kept.
 */
export async function postponeParcel(
  rows: ReceiptPort,
  { id, to }: Pick<Parcel, 'id' | 'to'>,
  untilOf: (tries: number) => Millis | undefined,
): Promise<Postponed> {
  const sent = await rows.parcel(id);
  if (sent === undefined || sent.to !== to) return 'unknown';
  const isCounted = sent.isFull && sent.hasUnsent;
  const until = isCounted ? undefined : untilOf(sent.tries);
  if (until === undefined) await rows.giveUp(id, isCounted);
  else await rows.postpone(id, until);
  return until === undefined ? 'given-up' : 'postponed';
}

interface LentParcel {
  readonly parcel: Parcel;
  readonly receipts: readonly WaitingReceipt[];
}

/** A stanza is for one audience: words and what is for programs do not wait for each other. */
function forOneAudience(unsent: readonly WaitingReceipt[], now: Millis): readonly WaitingReceipt[] {
  const first = unsent.find(({ due }) => due <= now);
  return unsent.filter(({ audience }) => audience === first?.audience);
}

/**
 * The archive keeps a stanza as a whole: what is worth a row there travels apart from what is not.
 * What is told of one message stays in order.
 */
function archivedAlike(receipts: readonly WaitingReceipt[]): readonly WaitingReceipt[] {
  const first = receipts.find(({ receipt }) => receipt !== undefined)?.receipt;
  const left = new Set<string>();
  return receipts.filter(({ receipt }) => {
    if (receipt === undefined) return true;
    const message = keyText(receipt.key);
    const goes = receipt.unarchived === first?.unarchived && !left.has(message);
    if (!goes) left.add(message);
    return goes;
  });
}

class Lending {
  readonly lent: LentParcel[] = [];
  readonly #claim: Claim;
  #count = 0;

  constructor(claim: Claim) {
    this.#claim = claim;
  }

  lendTo(waiting: Waiting): void {
    for (const known of waiting.again) if (this.#room() > 0) this.#lend(waiting, known);
    const receipts = this.#light(archivedAlike(this.#dueOf(waiting.unsent)), waiting);
    if (receipts.length > 0) this.#lend(waiting, { id: `r-${randomUUID()}`, tries: 0, receipts });
  }

  /** Receipts that wait for others to travel with go as soon as one of them does. */
  #dueOf(all: readonly WaitingReceipt[]): readonly WaitingReceipt[] {
    const unsent = forOneAudience(all, this.#claim.now);
    const due = unsent.filter((receipt) => receipt.due <= this.#claim.now);
    const room = this.#room();
    if (room <= 0 || due.length === 0) return [];
    return due.length > room ? due.slice(0, room) : unsent;
  }

  /** A damaged receipt weighs nothing: only its number is told. */
  #light(receipts: readonly WaitingReceipt[], { preferences }: Waiting): readonly WaitingReceipt[] {
    const { scales } = this.#claim;
    if (scales === undefined) return receipts;
    const weigh = ({ receipt }: WaitingReceipt) =>
      receipt === undefined ? 0 : scales.weigh(receipt, preferences);
    return firstWithin(receipts, scales.most, weigh);
  }

  #room(): number {
    const { maxParcels, maxReceipts } = this.#claim;
    return this.lent.length < maxParcels ? maxReceipts - this.#count : 0;
  }

  #lend({ sender, preferences }: Waiting, { id, tries, receipts: waiting }: KnownParcel): void {
    const receipts = waiting.flatMap(({ receipt }) => receipt ?? []);
    const audience = waiting[0]?.audience;
    const damaged = waiting.length - receipts.length;
    const more = waiting.reduce((sum, receipt) => sum + receipt.more, damaged);
    const parcel = { id, to: sender, audience, receipts, more, damaged, tries, preferences };
    this.lent.push({ parcel, receipts: waiting });
    this.#count += waiting.length;
  }
}

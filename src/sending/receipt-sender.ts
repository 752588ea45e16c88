import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { MAX_ITEMS_BYTES } from '../protocol/limits.ts';
import type { Element } from '../protocol/xml.ts';
import { isFor } from '../receipt/audience.ts';
import type { Receipt } from '../receipt/receipt.ts';
import type { Parcel, Postponed, ReceiptStore, Scales } from '../store/receipt-store.ts';
import { countedCondition } from '../telemetry/conditions.ts';
import type { Happenings, ReceiptsLeft } from '../telemetry/happenings.ts';
import type { Refusal } from './refusals.ts';
import { retryAt } from './retry-times.ts';
import { SendLoop } from './send-loop.ts';
import { type Sendable, type SendRoundParts, sendRound } from './send-round.ts';

export interface ReceiptSenderParts extends SendRoundParts {
  readonly receipts: ReceiptStore;
  readonly happenings: Pick<Happenings, 'tell'>;
  readonly compose: (parcel: Parcel) => Element;
  /** Words may be wanted no more, or not be let in. */
  readonly isWanted: (parcel: Parcel) => boolean;
  /** How long ago its outcome was; `undefined`: unknown. */
  readonly lagOf: (receipt: Receipt) => Millis | undefined;
  /** What one receipt adds to a stanza, in bytes. */
  readonly weigh: Scales['weigh'];
}

/** What who watches is told about a parcel. */
type Told = Pick<Parcel, 'to'> & Partial<Pick<Parcel, 'receipts'>>;

/**
 * A parcel that is not settled after this time may be claimed again. If a daemon is killed, its
 * receipts are late by this.
 */
const LEASE: Millis = 10_000;

/** How often we look for receipts that were postponed, or that another daemon left. */
const LOOK_AGAIN: Millis = 500;

const MAX_PARCELS = 50;
const MAX_RECEIPTS = 500;

/**
 * Sends receipts until the server has taken them. What was sent and not taken is sent again under
 * the same id, when its lease is over: by this daemon or another one.
 */
export class ReceiptSender {
  /** Runs while the link is up. */
  readonly loop: SendLoop;
  readonly #parts: ReceiptSenderParts;
  #hasWarned = false;

  constructor(parts: ReceiptSenderParts) {
    this.#parts = parts;
    this.loop = new SendLoop({
      round: () => sendRound(this.#receipts, parts),
      pause: () => this.#pause(),
      complaint: 'receipts could not be sent now; they are kept',
      log: parts.log,
    });
  }

  /**
   * An error came back for a receipt. It is sent again later, for some days; in the next round, if
   * only its words were refused. The error says nothing about the user's message. `false`: we sent
   * no such receipt to that user.
   */
  async refused({ id, user, condition }: Refusal, when: 'later' | 'at once'): Promise<boolean> {
    const outcome = await this.#postpone({ id, to: user }, when);
    if (outcome === 'postponed') {
      this.#parts.counters.count(`receipts refused: ${countedCondition(condition)}`);
      this.#tell([{ to: user }], 'refused');
    }
    return outcome !== 'unknown';
  }

  async #postpone(
    parcel: Pick<Parcel, 'id' | 'to'>,
    when: 'later' | 'at once' = 'later',
  ): Promise<Postponed> {
    const { receipts, now, counters } = this.#parts;
    const outcome = await receipts.postpone(parcel, (tries) =>
      when === 'at once' ? now() : retryAt(now(), tries),
    );
    if (outcome === 'given-up') counters.count('receipts given up');
    if (outcome === 'given-up') this.#tell([parcel], 'given up');
    return outcome;
  }

  readonly #receipts: Sendable<Parcel> = {
    kind: 'receipts',
    claim: (except) => this.#claim(except),
    addresseeOf: ({ to }) => to,
    compose: (parcel) => this.#parts.compose(parcel),
    settle: (parcels) => this.#settle(parcels),
    postpone: async (parcel) => void (await this.#postpone(parcel)),
    divide: (parcel) => this.#divide(parcel),
  };

  /** A parcel of an older version may be too long for this server. */
  async #divide({ id, receipts }: Parcel): Promise<boolean> {
    if (receipts.length < 2) return false;
    await this.#parts.receipts.takeApart(id);
    return true;
  }

  /**
   * The only way in which a receipt leaves. All that is due comes through this claim:
   * - a new receipt, at the due time that the ledger gave it;
   * - a receipt that waits for others, together with the first of them that is due;
   * - a receipt whose lease is over: the link broke, the server did not read it, a daemon stopped;
   * - a receipt that came back with an error, at its retry time (`refused`);
   * - a receipt whose sender had to wait: `except` names those who still must (send-rate.ts).
   *
   * Words are written after the claim (compose.ts): in the language, and only if the sender wants
   * them then. A rule about the time when receipts may leave, such as quiet hours, belongs here. A
   * later due time for new receipts would miss the other cases.
   */
  async #claim(except: readonly BareJid[]): Promise<readonly Parcel[]> {
    const { receipts, isWanted, weigh, now, counters } = this.#parts;
    const claim = {
      scales: { most: MAX_ITEMS_BYTES, weigh },
      now: now(),
      leaseUntil: now() + LEASE,
      maxParcels: MAX_PARCELS,
      maxReceipts: MAX_RECEIPTS,
      except,
    };
    const claimed = await counters.measures.timed('claim', () => receipts.claim(claim));
    await this.#drop(claimed.filter((parcel) => !isWanted(parcel)));
    return claimed.filter(isWanted);
  }

  async #drop(parcels: readonly Parcel[]): Promise<void> {
    if (parcels.length === 0) return;
    const { receipts, counters, now } = this.#parts;
    await receipts.settle(
      parcels.map(({ id }) => id),
      now(),
    );
    counters.count('words dropped', parcels.flatMap((parcel) => parcel.receipts).length);
  }

  async #settle(parcels: readonly Parcel[]): Promise<void> {
    const { receipts, now } = this.#parts;
    const ids = parcels.map(({ id }) => id);
    await receipts.settle(ids, now());
    this.#count(parcels);
    this.#tell(parcels, 'sent');
  }

  #tell(parcels: readonly Told[], outcome: ReceiptsLeft['outcome']): void {
    const at = this.#parts.now();
    this.#parts.happenings.tell(() =>
      parcels.map(({ to, receipts = [] }) => ({
        kind: 'receipts',
        at,
        user: to,
        outcome,
        receipts: receipts.map(({ key: { recipient, id }, status }) => ({ recipient, id, status })),
      })),
    );
  }

  #count(parcels: readonly Parcel[]): void {
    const { counters } = this.#parts;
    const numbered = parcels.reduce((sum, { more, damaged }) => sum + more - damaged, 0);
    for (const parcel of parcels) if (parcel.damaged > 0) this.#noteDamaged(parcel);
    const all = parcels.flatMap(({ receipts }) => receipts);
    const sent = all.filter((receipt) => isFor(receipt, 'programs'));
    counters.count('receipts sent', sent.length);
    counters.count('words sent', all.length - sent.length);
    for (const receipt of sent) this.#measure(receipt);
    if (numbered > 0) this.#noteNumbered(numbered);
  }

  #measure(receipt: Receipt): void {
    const { status } = receipt;
    const { measures } = this.#parts.counters;
    measures.receipts.inc({ status });
    const lag = this.#parts.lagOf(receipt);
    if (lag !== undefined) measures.receiptLag.observe({ status }, lag / 1000);
  }

  #noteDamaged({ to, damaged }: Parcel): void {
    const { counters, log } = this.#parts;
    counters.count('bad items: damaged receipt', damaged);
    log.error(
      { user: to, receipts: damaged },
      'stored receipts are damaged: the sender is told their number only',
    );
  }

  /** The log says it once after each start. */
  #noteNumbered(receipts: number): void {
    const { counters, log } = this.#parts;
    counters.count('receipts told as a number only', receipts);
    if (!this.#hasWarned)
      log.warn(
        { receipts },
        'too many receipts wait for one sender: some are told as a number only',
      );
    this.#hasWarned = true;
  }

  /**
   * How long to wait: until the first sender who must wait may get something, but at most until we
   * look again.
   */
  #pause(): Millis {
    const { rate, now } = this.#parts;
    return Math.min(LOOK_AGAIN, Math.max(0, (rate.nextReadyAt() ?? Infinity) - now()));
  }
}

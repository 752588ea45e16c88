import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import { isNoticeId } from '../protocol/watch-id.ts';
import type { Element } from '../protocol/xml.ts';
import type { Preferences } from '../receipt/preferences.ts';
import type { NoticeStore } from '../store/notice-store.ts';
import type { PreferenceStore } from '../store/preference-store.ts';
import type { KeptWatch, Overdue, WatchStore } from '../store/watch-store.ts';
import { countedCondition } from '../telemetry/conditions.ts';
import type { Refusal } from './refusals.ts';
import { SendLoop } from './send-loop.ts';
import { type Sendable, type SendRoundParts, sendRound } from './send-round.ts';

export interface NoticeSenderParts extends SendRoundParts {
  readonly notices: NoticeStore;
  readonly watches: Pick<WatchStore, 'of'>;
  readonly preferences: Pick<PreferenceStore, 'get'>;
  readonly compose: (overdue: Overdue, sender: Preferences) => Element;
}

/** A notice that the server has not taken after this time is sent again, with the same id. */
const LEASE: Millis = 60_000;
const LOOK_AGAIN: Millis = 1000;
const AFTER_FAILURE: Millis = 600_000;
const MAX_NOTICES = 50;

/** Tells senders that nothing came of a message by their deadline. */
export class NoticeSender {
  /** Runs while the link is up. */
  readonly loop: SendLoop;
  readonly #parts: NoticeSenderParts;

  constructor(parts: NoticeSenderParts) {
    this.#parts = parts;
    this.loop = new SendLoop({
      round: () => sendRound(this.#notices, parts),
      pause: () => LOOK_AGAIN,
      complaint: 'senders could not be told now of messages that they watch; it is kept',
      log: parts.log,
    });
  }

  /** An error came back: the sender did not read it, so it comes again. */
  async refused({ id, user, condition }: Refusal): Promise<boolean> {
    if (!isNoticeId(id)) return false;
    const { watches, notices, counters } = this.#parts;
    const watch = (await watches.of(user)).find(({ notice }) => notice === id);
    if (watch === undefined) return false;
    counters.count(`notices refused: ${countedCondition(condition)}`);
    await notices.postpone(watch, this.#nextTry(watch));
    return true;
  }

  /** The later it is, the longer the wait; in the end the message goes, and its watch with it. */
  #nextTry({ deadline }: KeptWatch): Millis {
    const now = this.#parts.now();
    return now + Math.max(AFTER_FAILURE, now - deadline / 1000);
  }

  readonly #notices: Sendable<Overdue> = {
    kind: 'notices',
    claim: (except) => this.#claim(except),
    addresseeOf: ({ key }) => key.sender,
    compose: (overdue) => this.#compose(overdue),
    settle: (told) => this.#settle(told),
    postpone: (overdue) => this.#parts.notices.postpone(overdue, this.#parts.now() + AFTER_FAILURE),
  };

  #claim(except: readonly BareJid[]): Promise<readonly Overdue[]> {
    const { notices, now } = this.#parts;
    return notices.claim({ now: now(), leaseUntil: now() + LEASE, limit: MAX_NOTICES, except });
  }

  async #compose(overdue: Overdue): Promise<Element> {
    const { preferences, compose } = this.#parts;
    return compose(overdue, await preferences.get(overdue.key.sender));
  }

  async #settle(told: readonly Overdue[]): Promise<void> {
    await this.#parts.notices.settle(told);
    this.#parts.counters.count('notices sent', told.length);
  }
}

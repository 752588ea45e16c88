import type { BareJid } from '../../message/jid.ts';
import type { Millis } from '../../message/time.ts';
import type { Preferences } from '../../receipt/preferences.ts';
import type { PreferenceStore } from '../../store/preference-store.ts';
import type { Logger } from '../../telemetry/log.ts';
import { forgetOldest } from './forget-oldest.ts';

/** Beyond these the oldest are forgotten: what is composed leaves soon, and errors come back soon. */
const MAX_KEPT = 10_000;

/** First words that have not left so long after they were written may be lost: they are said again. */
const LOST_AFTER: Millis = 60_000;

export interface IntroductionsParts {
  readonly preferences: Pick<PreferenceStore, 'change'>;
  readonly log: Logger;
  readonly now: () => Millis;
}

/** Words of ours, as they leave or come back. */
export interface Left {
  readonly user: BareJid;
  readonly id: string;
}

/**
 * Who was told who the bot is: everybody once, in the first words. All who write to people ask here.
 * It is noted when the words have left, so that nobody is left out if they do not; after a crash at
 * that moment somebody may be told twice.
 */
export class Introductions {
  readonly #parts: IntroductionsParts;
  readonly #due = new Map<BareJid, Millis>();
  readonly #beingNoted = new Set<BareJid>();
  readonly #introducing = new Map<string, BareJid>();

  constructor(parts: IntroductionsParts) {
    this.#parts = parts;
  }

  /** Must the words that are written now say who we are? Then their leaving is awaited. */
  take(user: BareJid, { introduced }: Preferences): boolean {
    if (introduced === true || this.#beingNoted.has(user) || this.#isDue(user)) return false;
    this.#due.delete(user);
    this.#due.set(user, this.#parts.now());
    forgetOldest(this.#due, MAX_KEPT);
    return true;
  }

  /** Others that say it are on their way. */
  #isDue(user: BareJid): boolean {
    const written = this.#due.get(user);
    return written !== undefined && this.#parts.now() - written < LOST_AFTER;
  }

  /** Words that say who we are have left. Never rejects. */
  async hear({ user, id }: Left): Promise<void> {
    if (!this.#due.delete(user)) return;
    this.#introducing.set(id, user);
    forgetOldest(this.#introducing, MAX_KEPT);
    this.#beingNoted.add(user);
    await this.#note(user, true);
    this.#beingNoted.delete(user);
  }

  /** The words with that id came back: if they were the first ones, nobody has read them. */
  async takeBack({ user, id }: Left): Promise<void> {
    if (this.#introducing.get(id) !== user) return;
    this.#introducing.delete(id);
    await this.#note(user, false);
  }

  async #note(user: BareJid, isIntroduced: boolean): Promise<void> {
    const { preferences, log, now } = this.#parts;
    const change = (before: Preferences) => noted(before, isIntroduced);
    try {
      await preferences.change(user, { change, now: now() });
    } catch (err) {
      log.warn({ err, user }, 'it could not be noted that the bot has said who it is');
    }
  }
}

function noted({ introduced: _, ...before }: Preferences, isIntroduced: boolean): Preferences {
  return isIntroduced ? { ...before, introduced: true } : before;
}

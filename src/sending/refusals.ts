import type { BareJid } from '../message/jid.ts';
import type { Millis } from '../message/time.ts';
import type { Logger } from '../telemetry/log.ts';

/** RFC 6120 §8.3.3: who answers so does not let us in, now or later. */
const BY_A_RULE: readonly string[] = ['policy-violation', 'not-allowed', 'forbidden'];

/** How long words are left out for a user. Then they are tried again: the rule may be gone. */
const WORDLESS_FOR: Millis = 24 * 3_600_000;

/** Maximum number of users that are kept. Those who refused first are forgotten beyond it. */
const MAX_KEPT = 10_000;

/** An error that came back for a stanza of ours. */
export interface Refusal {
  readonly id: string;
  readonly user: BareJid;
  readonly condition: string;
}

export interface RefusalsParts {
  /** Our own domain. */
  readonly component: string;
  readonly log: Logger;
  readonly now: () => Millis;
}

/**
 * Users whose server refuses our words by a rule, for instance against strangers. Such rules let
 * through what has no words.
 */
export class Refusals {
  readonly #parts: RefusalsParts;
  readonly #since = new Map<BareJid, Millis>();
  #hasWarned = false;

  constructor(parts: RefusalsParts) {
    this.#parts = parts;
  }

  /** Does an error with that condition say that words are refused, and was that not known? */
  isNews(user: BareJid, condition: string): boolean {
    return BY_A_RULE.includes(condition) && !this.areWordsRefusedBy(user);
  }

  /** An error came back for words of ours. Says once what an operator can do about it. */
  note(user: BareJid, condition: string): void {
    if (BY_A_RULE.includes(condition)) this.#warn(user, condition);
    if (!this.isNews(user, condition)) return;
    this.#since.delete(user);
    this.#since.set(user, this.#parts.now());
    const [first] = this.#since.keys();
    if (this.#since.size > MAX_KEPT && first !== undefined) this.#since.delete(first);
  }

  areWordsRefusedBy(user: BareJid): boolean {
    const since = this.#since.get(user);
    return since !== undefined && Math.abs(this.#parts.now() - since) < WORDLESS_FOR;
  }

  #warn(user: BareJid, condition: string): void {
    const { component, log } = this.#parts;
    if (!this.#hasWarned) log.warn({ user, condition }, adviceFor(component));
    this.#hasWarned = true;
  }
}

function adviceFor(component: string): string {
  return (
    `the server of a user refuses what the bot writes: receipts go there without words, and questions do not arrive. ` +
    `If it is ejabberd with mod_block_strangers, let the bot in. Paste below mod_block_strangers: ` +
    `access: [{allow: [{server: ${component}}]}]`
  );
}

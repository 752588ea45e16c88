import type { BareJid } from '../../message/jid.ts';

/** Beyond it the oldest are forgotten; errors come back soon. */
const MAX_KEPT = 1000;

/** What the bot said lately, by the ids of its stanzas: an error with such an id is about its words. */
export class LastSaid {
  readonly #to = new Map<string, BareJid>();

  note(id: string, to: BareJid): void {
    this.#to.set(id, to);
    const [oldest] = this.#to.keys();
    if (this.#to.size > MAX_KEPT && oldest !== undefined) this.#to.delete(oldest);
  }

  wasSaidTo(user: BareJid, id: string): boolean {
    return this.#to.get(id) === user;
  }
}

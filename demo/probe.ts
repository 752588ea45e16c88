import { bareOf } from '../src/message/jid.ts';
import type { MessageKey } from '../src/message/key.ts';
import { newestLife } from '../src/message/life.ts';
import type { Store } from '../src/store/store.ts';
import type { Client } from '../test/support/client.ts';

/**
 * Says until when all facts are known. The server tells facts in the order in which they happened (docs/protocol.md §2.2).
 * So nothing older is still on its way when the fact of a message that we sent for this purpose is here.
 */
export class Probe {
  readonly #client: Client;
  readonly #store: Store;
  #count = 0;
  #underWay: MessageKey | undefined;
  #knownUntil = 0;

  constructor(client: Client, store: Store) {
    this.#client = client;
    this.#store = store;
  }

  /** Writes to itself, unless the last such message is still on its way. */
  send(): void {
    if (this.#underWay !== undefined) return;
    const self = bareOf(this.#client.bareJid);
    this.#underWay = { sender: self, recipient: self, id: `probe-${++this.#count}` };
    this.#client.ask(self, this.#underWay.id);
  }

  /** In milliseconds since 1970, with fractions. */
  async knownUntil(): Promise<number> {
    const acceptedAt = await this.#acceptedAt();
    if (acceptedAt !== undefined) {
      this.#knownUntil = acceptedAt / 1000;
      this.#underWay = undefined;
    }
    return this.#knownUntil;
  }

  async #acceptedAt(): Promise<number | undefined> {
    if (this.#underWay === undefined) return undefined;
    const found = await this.#store.records.find(this.#underWay);
    return found === undefined ? undefined : newestLife(found.tracked.record)?.startedAt;
  }
}

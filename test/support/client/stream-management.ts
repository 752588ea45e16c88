import type { Element } from '../../../src/protocol/xml.ts';

/** Who answers the server's requests for acknowledgement: the client itself, nobody, or the test by `ack()`. */
export type Acks = 'auto' | 'never' | 'manual';

export const SM = 'urn:xmpp:sm:3';

/** XEP-0198, the client's side: what came, what went out and is not yet acknowledged. */
export class StreamManagement {
  acks: Acks;
  #isEnabled = false;
  #resumeId = '';
  #handled = 0;
  #acknowledged = 0;
  #unacknowledged: string[] = [];

  constructor(acks: Acks) {
    this.acks = acks;
  }

  // XEP-0198 §4: before it ends a stream too, or what came last would be sent to the next session.
  get acksByItself(): boolean {
    return this.#isEnabled && this.acks === 'auto';
  }

  /** How many stanzas have come; what an honest client says in `h`. */
  get handled(): number {
    return this.#handled;
  }

  // XEP-0198 §4: counting begins with <enable/>, on either side; both sides start from zero.
  enable(enabled: Element): void {
    this.#isEnabled = true;
    this.#handled = 0;
    this.#acknowledged = 0;
    this.#unacknowledged = [];
    this.#resumeId = enabled.attrs['id'] ?? '';
  }

  countIn(): void {
    if (this.#isEnabled) this.#handled += 1;
  }

  countOut(stanza: string): void {
    if (this.#isEnabled) this.#unacknowledged.push(stanza);
  }

  /** Forgets what the server says it has; `h` counts from the beginning and wraps never in a test. */
  settle(answer: Element): void {
    const h = Number(answer.attrs['h'] ?? 0);
    this.#unacknowledged.splice(0, h - this.#acknowledged);
    this.#acknowledged = h;
  }

  /** How many stanzas have gone out, acknowledged or not. */
  get sent(): number {
    return this.#acknowledged + this.#unacknowledged.length;
  }

  /** What has to be sent again after a resumption, of the first so many that went out. */
  unacknowledged(sent: number): readonly string[] {
    return this.#unacknowledged.slice(0, sent - this.#acknowledged);
  }

  ackXml(h = this.#handled): string {
    return `<a xmlns='${SM}' h='${h}'/>`;
  }

  // XEP-0198 §5
  resumeXml(): string {
    return `<resume xmlns='${SM}' previd='${this.#resumeId}' h='${this.#handled}'/>`;
  }
}

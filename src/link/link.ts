import type { Element } from '../protocol/xml.ts';
import type { FailureReason } from './failure.ts';
import type { StanzaHandler } from './read-brake.ts';

export type { FailureReason } from './failure.ts';
export { isLinkError, LinkBusy, LinkDown, RequestTimeout, StanzaTooBig } from './link-error.ts';
export type { LinkOptions, LinkTimings } from './options.ts';

/** Whether we are connected, and if not, why. */
export type LinkState =
  | { readonly isOnline: true }
  | {
      readonly isOnline: false;
      /** How often we tried since we were online. */
      readonly tries: number;
      /** What went wrong and what to do; `undefined`: the first try is under way. */
      readonly problem: string | undefined;
      readonly reason: FailureReason | undefined;
    };

/** The component's connection to its XMPP server. After a failure it connects again by itself. */
export interface Link {
  /** Connects, and connects again after every failure until `stop`. To be called once. */
  start(): void;
  /** Closes the stream in good order. It cannot be started again. */
  stop(): Promise<void>;
  readonly isOnline: boolean;
  readonly state: LinkState;
  /** The longest stanza that is sent, in bytes; a server that takes less tells by an error. */
  readonly maxBytes: number;
  /** Whether the stanza is not longer than that. */
  fits(stanza: Element): boolean;
  /** Nothing longer is sent for so many milliseconds, as was learned before. */
  limitTo(bytes: number, forMs: number): void;
  /**
   * The server ended the stream at a stanza that was too long: this is sent at most from now on.
   */
  onLimited(listener: (bytes: number) => void): void;
  /**
   * Resolves when the operating system has accepted the stanza. Stanzas keep the order of the
   * calls, and `from` is filled in. It never throws, but rejects with LinkDown, LinkBusy or
   * StanzaTooBig.
   */
  send(stanza: Element): Promise<void>;
  /** Hears of every stanza that the operating system has accepted. */
  onSent(listener: (stanza: Element) => void): void;
  /**
   * Resolves with the answer of the address that was asked, a result or an error; `id` and `from`
   * are filled in. Rejects with those, or with RequestTimeout. A stanza handler must not
   * wait for it: while too many handlers are busy nothing is read, also no answers.
   */
  request(iq: Element): Promise<Element>;
  onOnline(listener: () => void): void;
  onOffline(listener: () => void): void;
  /**
   * The handler of every stanza that is not the answer to a request. While too many stanzas are
   * being handled, nothing more is read.
   */
  onStanza(handler: StanzaHandler): void;
}

/** One connection that carries XML streams, whatever is below; it knows nothing of what the elements mean. */
export interface Wire {
  readonly isClosed: boolean;
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>;
  /** Begins a stream, also the one after authentication. */
  openStream(domain: string): void;
  write(data: string | Uint8Array): void;
  /** Stops reading; the server's writes pile up, as with a phone that has lost its network. */
  pause(): void;
  unpause(): void;
  /** Ends it without a word. */
  destroy(): void;
  /** Ends it in good order. */
  closeStream(): Promise<void>;
}

/** How long a server may take to end a stream in good order. */
export const CLOSE_MS = 2000;

const STANZA_WITHOUT_NAMESPACE = /^<(?:message|presence|iq)\b(?![^>]*\sxmlns=)/;

/** A stanza where no stream header says what it is (RFC 7395 §3.3.3, XEP-0206 §2); all else is as it was. */
export function standingAlone(xml: string): string {
  return xml.replace(STANZA_WITHOUT_NAMESPACE, "$& xmlns='jabber:client'");
}

/** Half an element fits into no frame and into no request. */
export function wholeElement(data: string | Uint8Array): string {
  if (typeof data !== 'string') throw new Error('this transport carries whole elements only');
  return standingAlone(data);
}

/**
 * Expected failure: not connected, or the connection broke while the stanza was being sent. The
 * stanza may have arrived.
 */
export class LinkDown extends Error {
  override readonly name = 'LinkDown';
  readonly code = 'link-down';
}

/** Expected failure: the server reads more slowly than we send, and the queue is full. */
export class LinkBusy extends Error {
  override readonly name = 'LinkBusy';
  readonly code = 'link-busy';
}

/** Expected failure: the stanza was sent, but no answer came in time. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
  readonly code = 'request-timeout';
}

/**
 * Expected failure: the server has ended the stream at a stanza of this size before, so it was not
 * sent.
 */
export class StanzaTooBig extends Error {
  override readonly name = 'StanzaTooBig';
  readonly code = 'stanza-too-big';
}

export type LinkError = LinkDown | LinkBusy | RequestTimeout | StanzaTooBig;

/** Whether it is a failure of the link, which everybody who uses it must expect. */
export function isLinkError(error: unknown): error is LinkError {
  return (
    error instanceof LinkDown ||
    error instanceof LinkBusy ||
    error instanceof RequestTimeout ||
    error instanceof StanzaTooBig
  );
}

export function notConnected(address: string): LinkDown {
  return new LinkDown(`not connected to ${address}: the log says why; reconnecting automatically`);
}

/** Not connected, or the connection broke before the stanza was taken. It may have arrived. */
export class LinkDown extends Error {
  override readonly name = 'LinkDown';
  readonly code = 'link-down';
}

/** The server takes stanzas more slowly than they are sent, and no more may wait. */
export class LinkBusy extends Error {
  override readonly name = 'LinkBusy';
  readonly code = 'link-busy';
}

/** The stanza was sent and nobody answered in time. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
  readonly code = 'request-timeout';
}

export type LinkError = LinkDown | LinkBusy | RequestTimeout;

/** Whether it is one of the failures that every user of a link must expect. */
export function isLinkError(error: unknown): error is LinkError {
  return error instanceof LinkDown || error instanceof LinkBusy || error instanceof RequestTimeout;
}

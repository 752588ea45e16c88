import { type Component, component } from '@xmpp/component';

export type { Component };

export interface ServerOptions {
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly secret: string;
}

/** The library's connection and handshake, without what else it would do by itself. */
export function bareComponent(options: ServerOptions): Component {
  const { domain, host, port, secret } = options;
  const entity = component({
    service: serviceOf(options),
    domain,
    password: inUtf8(secret),
  });
  entity.reconnect.stop(); // it would try once a second for ever, whatever the reason
  entity.removeAllListeners('element'); // it would answer requests, and throws at some addresses
  entity.socketParameters = () => ({ host, port }); // its own accepts no IPv6 address but [::1]
  entity.timeout = 0; // after its 2 s a stream would hang; here every wait ends with the stream
  return entity;
}

export function serviceOf({ host, port }: ServerOptions): string {
  return host.includes(':') ? `xmpp://[${host}]:${port}` : `xmpp://${host}:${port}`;
}

// XEP-0114 §3: the hash is over UTF-8, but the library takes one byte of each character.
function inUtf8(secret: string): string {
  return Buffer.from(secret, 'utf8').toString('latin1');
}

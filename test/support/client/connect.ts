import type { Element } from '../../../src/protocol/xml.ts';
import { BoshWire } from './bosh-wire.ts';
import { TcpWire } from './tcp-wire.ts';
import { WebSocketWire } from './websocket-wire.ts';
import type { Wire } from './wire.ts';

/** How a client reaches its server; the port is another one for TCP. */
export type Transport = 'tcp' | 'websocket' | 'bosh';

export interface Destination {
  readonly via: Transport;
  readonly port: number;
}

/** A connection to a server of this machine, without a stream. */
export async function connect(
  { via, port }: Destination,
  onElement: (element: Element) => void,
): Promise<Wire> {
  switch (via) {
    case 'tcp':
      return await TcpWire.connect(port, onElement);
    case 'websocket':
      return await WebSocketWire.connect(port, onElement);
    case 'bosh':
      return new BoshWire(port, onElement);
  }
}

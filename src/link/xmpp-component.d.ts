/** @xmpp/component 0.13 ships no types; only what we use is declared, what it keeps private included. */
declare module '@xmpp/component' {
  import type { Socket } from 'node:net';
  import type { Element } from '@xmpp/xml';

  interface ComponentOptions {
    readonly service: string;
    readonly domain: string;
    readonly password: string;
  }

  export interface Component {
    /** How long each of the library's own waits may take; 0: no end. */
    timeout: number;
    readonly socket: Socket | null;
    readonly reconnect: { stop(): void };
    socketParameters: () => { readonly host: string; readonly port: number };
    connect(service: string): Promise<void>;
    open(options: { readonly domain: string }): Promise<Element>;
    stop(): Promise<unknown>;
    write(text: string): Promise<void>;
    on(event: 'stanza', listener: (stanza: Element) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'input' | 'online' | 'close' | 'disconnect', listener: () => void): this;
    removeAllListeners(event: 'element'): this;
    _onData: (text: string) => void;
    _onStreamError: (error: Element) => void;
  }

  export function component(options: ComponentOptions): Component;
}

declare module '@xmpp/xml' {
  interface Element {
    /** Hands out the XML piece by piece: a name, `="`, an attribute's value, a text … */
    write(writer: (piece: string) => void): void;
  }
}

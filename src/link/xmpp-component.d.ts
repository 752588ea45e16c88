/** @xmpp/component 0.13 ships no types. Only what we use is declared, its private parts too. */
declare module '@xmpp/component' {
  import type { Socket } from 'node:net';
  import type { Element } from 'ltx/lib/ltx.js';

  interface ComponentOptions {
    readonly service: string;
    readonly domain: string;
    readonly password: string;
  }

  export interface Component {
    /** Maximum time of each wait inside the library; 0 for no limit. */
    timeout: number;
    readonly socket: Socket | null;
    readonly parser: { readonly root: Element | null } | null;
    readonly reconnect: { stop(): void };
    socketParameters: () => { readonly host: string; readonly port: number };
    connect(service: string): Promise<void>;
    open(options: { readonly domain: string }): Promise<Element>;
    stop(): Promise<unknown>;
    write(text: string): Promise<void>;
    on(event: 'stanza', listener: (stanza: Element) => void): this;
    on(event: 'element', listener: (element: Element) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    on(event: 'online' | 'close' | 'disconnect', listener: () => void): this;
    removeAllListeners(event: 'element'): this;
    _onData: (text: string) => void;
    _onStreamError: (error: Element) => void;
  }

  export function component(options: ComponentOptions): Component;
}

/** @xmpp/xml 0.13 ships no types; only what the test clients use is declared. */
declare module '@xmpp/xml/lib/Parser.js' {
  import type { Element } from 'ltx/lib/ltx.js';

  export default class Parser {
    on(event: 'start' | 'end' | 'element', listener: (element: Element) => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
    write(data: string): void;
  }
}

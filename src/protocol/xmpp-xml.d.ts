/** @xmpp/xml 0.13 ships no types; only its builder is used, which makes elements of ltx. */
declare module '@xmpp/xml' {
  import type { Element } from 'ltx/lib/ltx.js';

  export default function xml(
    name: string,
    attrs: object,
    ...children: readonly (Element | string)[]
  ): Element;
}

/** @xmpp/xml 0.13 ships no types; only what we use is declared. */
declare module '@xmpp/xml' {
  export type Attributes = Readonly<Record<string, string | number | undefined>>;
  export type Child = Element | string;

  export class Element {
    constructor(name: string, attrs?: Attributes);
    name: string;
    attrs: Record<string, string | undefined>;
    children: Child[];
    is(name: string, xmlns?: string): boolean;
    getNS(): string | undefined;
    getChild(name: string, xmlns?: string): Element | undefined;
    getChildren(name: string, xmlns?: string): Element[];
    getChildElements(): Element[];
    getText(): string;
    append(...children: Child[]): Element;
    toString(): string;
  }

  interface Xml {
    (name: string, attrs?: Attributes, ...children: readonly Child[]): Element;
    Element: typeof Element;
  }
  const xml: Xml;
  export default xml;
}

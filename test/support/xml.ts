import { isElement, parse } from 'ltx/lib/ltx.js';
import SaxParser from 'ltx/lib/parsers/ltx.js';
import type { Element } from '../../src/protocol/xml.ts';

/** The elements of a text, one beside the other. Throws if it is not well-formed. */
export function parseXml(text: string): readonly Element[] {
  return parseOne(`<all>${text}</all>`).children.filter((child) => isElement(child));
}

/** The one element of a text. Throws if it is not well-formed. */
export function parseOne(text: string): Element {
  return parse(text, { Parser: StrictParser });
}

/** The parser of ltx, which on its own passes over an end tag that does not belong there. */
class StrictParser extends SaxParser {
  readonly #open: string[] = [];
  #isDone = false;

  constructor() {
    super();
    this.on('startElement', (name: string) => this.#begin(name));
    this.on('endElement', (name: string) => this.#end(name));
  }

  #begin(name: string): void {
    if (this.#isDone) throw new Error(`not well-formed: <${name}> after the end`);
    this.#open.push(name);
  }

  #end(name: string): void {
    const begun = this.#open.pop();
    if (begun !== name) throw new Error(`not well-formed: </${name}> does not end <${begun}>`);
    this.#isDone = this.#open.length === 0;
  }
}

/**
 * What an element says: no order of attributes, no white space for layout, no inherited namespace.
 */
export interface Tree {
  readonly name: string;
  readonly xmlns: string | undefined;
  readonly attrs: Readonly<Record<string, string>>;
  readonly children: readonly (Tree | string)[];
}

export function treeOf(element: Element, inherited?: string): Tree {
  const { xmlns = inherited, ...attrs } = element.attrs;
  const given = Object.entries(attrs).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return {
    name: element.name,
    xmlns,
    attrs: Object.fromEntries(given.toSorted()),
    children: element.children
      .map((child) => (typeof child === 'string' ? child.trim() : treeOf(child, xmlns)))
      .filter((child) => child !== ''),
  };
}

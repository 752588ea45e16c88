import Parser from '@xmpp/xml/lib/Parser.js';
import type { Element } from '../../src/protocol/xml.ts';

/** The elements of a text, of the class that src/protocol/xml.ts exports. Throws if it is not well-formed. */
export function parseXml(text: string): readonly Element[] {
  const elements: Element[] = [];
  const parser = new Parser();
  let hasEnded = false;
  parser.on('element', (element) => elements.push(element));
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('end', () => {
    hasEnded = true;
  });
  parser.write(`<all>${text}</all>`);
  if (!hasEnded) throw new Error(`not well-formed: ${text}`);
  return elements;
}

/** What an element says: no order of attributes, no white space that only lays it out, no inherited namespace. */
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

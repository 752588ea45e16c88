import type { Element } from '../../../src/protocol/xml.ts';

/**
 * The element as XML. Its own toString() writes a tab or a newline in an attribute as it is, and
 * any parser then reads a space (XML 1.0 §3.3.3); here it arrives as what it was.
 */
export function xmlOf({ name, attrs, children }: Element): string {
  const attributes = Object.entries(attrs).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${quoted(value)}"`],
  );
  const content = children.map((child) =>
    typeof child === 'string' ? quoted(child) : xmlOf(child),
  );
  return `<${name}${attributes.join('')}>${content.join('')}</${name}>`;
}

function quoted(text: string): string {
  return String(text).replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}

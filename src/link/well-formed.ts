import { type Element, escapeXML, escapeXMLText } from '../protocol/xml.ts';

// XML 1.0 §2.2: every other character is forbidden, also as a reference, and one of them ends the
// stream. With the u flag a surrogate matches only when it has no partner. A carriage return is
// allowed, but XML 1.0 §2.11: a parser makes a line feed of a raw one.
const UNSAFE = /[^\t\n\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const REPLACEMENT = '\u{FFFD}';

/** The element as XML that every parser accepts and reads as it was, whatever its texts hold. */
export function wellFormed(element: Element): string {
  return serialized(element).replace(UNSAFE, (character) =>
    character === '\r' ? '&#13;' : REPLACEMENT,
  );
}

function serialized({ name, attrs, children }: Element): string {
  let xml = `<${name}`;
  for (const key in attrs) xml += attribute(key, attrs[key]);
  if (children.length === 0) return `${xml}/>`;
  xml += '>';
  for (const child of children)
    xml += typeof child === 'string' ? escapeXMLText(child) : serialized(child);
  return `${xml}</${name}>`;
}

function attribute(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}="${withReferences(escapeXML(value))}"`;
}

// XML 1.0 §3.3.3: a parser makes a space of a raw tab or line feed in an attribute. Ids may hold
// them.
function withReferences(value: string): string {
  return value.replace(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

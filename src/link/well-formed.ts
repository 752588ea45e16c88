import type { Element } from '../protocol/xml.ts';

// XML 1.0 §2.2: every character but these is forbidden, also as a reference; one of them ends the
// stream. With the u flag a surrogate matches only when it has no partner.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;
const REPLACEMENT = '\u{FFFD}';
const OPENS_ATTRIBUTE = '="';

/** The element as XML that every parser takes and reads as it was, whatever its names and texts hold. */
export function wellFormed(element: Element): string {
  // XML 1.0 §2.11: a parser makes a line feed of a raw carriage return.
  return serialized(element).replaceAll('\r', '&#13;').replace(FORBIDDEN, REPLACEMENT);
}

// A text that is just `="` makes the next piece pass for an attribute: it says the same either way.
function serialized(element: Element): string {
  let xml = '';
  let isAttribute = false;
  element.write((piece) => {
    xml += isAttribute ? withReferences(piece) : piece;
    isAttribute = piece === OPENS_ATTRIBUTE;
  });
  return xml;
}

// XML 1.0 §3.3.3: a parser makes a space of a raw tab or line feed in an attribute. Ids may hold them.
function withReferences(value: string): string {
  return value.replace(/[\t\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

import { escapeXML } from './xml.ts';

/** The number of bytes of a text as it is written in XML, in an element or an attribute. */
export function weightOf(text: string): number {
  return Buffer.byteLength(escapeXML(text));
}

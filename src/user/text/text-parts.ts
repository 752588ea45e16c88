import { firstWithin } from '../../message/first-within.ts';
import type { Language } from './language.ts';

/** What the words of one stanza may weigh, in bytes; the least that servers take is 10,000. */
const MOST = 4_000;

/** The text in parts of whole lines, each of them for one stanza. */
export function textParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (let rest = text.split('\n'); rest.length > 0; ) {
    const lines = firstWithin(rest, MOST, lineBytes);
    parts.push(lines.join('\n'));
    rest = rest.slice(lines.length);
  }
  return parts;
}

/** The first part; its last line says how many lines more there are. */
export function firstPartOf(text: string, { more }: Language): string {
  const lines = text.split('\n');
  const shown = firstWithin(lines, MOST, lineBytes);
  const rest = lines.length - shown.length;
  return rest === 0 ? text : [...shown, more(rest)].join('\n');
}

/** In XML a character may take six bytes; addresses have none that does. */
function lineBytes(line: string): number {
  return Buffer.byteLength(line) + line.replace(/[^&<>"']/g, '').length * 5 + 1;
}

import type { Element } from '../../protocol/xml.ts';

/** RFC 6121 §5.2.2: errors, headlines and rooms are not answered. */
const TALK: readonly (string | undefined)[] = [undefined, 'normal', 'chat'];

export function isTalk({ attrs }: Element): boolean {
  return TALK.includes(attrs['type']) && attrs['from'] !== undefined;
}

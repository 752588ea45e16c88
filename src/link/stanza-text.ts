import { type Element, element } from '../protocol/xml.ts';
import { wellFormed } from './well-formed.ts';

/** A stanza as it goes over the wire. */
export function textFrom(domain: string, stanza: Element): string {
  return wellFormed(withDefaults(stanza, { from: domain }));
}

/** Makes a copy if an attribute is missing, because the stanza belongs to the caller. */
export function withDefaults(stanza: Element, defaults: Readonly<Record<string, string>>): Element {
  const isComplete = Object.keys(defaults).every((name) => stanza.attrs[name] !== undefined);
  if (isComplete) return stanza;
  const copy = element(stanza.name, { ...defaults, ...stanza.attrs });
  copy.children = stanza.children;
  return copy;
}

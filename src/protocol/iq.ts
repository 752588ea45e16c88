import { NS } from './namespaces.ts';
import { type Element, element } from './xml.ts';

// RFC 6120 §8.2.3: every get or set is answered by a result or an error with the same id.

export function resultOf(request: Element, payload?: Element): Element {
  return element('iq', answerAttrs(request, 'result'), ...(payload === undefined ? [] : [payload]));
}

/** RFC 6120 §8.3. */
export interface StanzaError {
  readonly type: 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';
  readonly condition: string;
  readonly text?: string;
}

export function errorOf(request: Element, { type, condition, text }: StanzaError): Element {
  const details = [element(condition, { xmlns: NS.stanzaErrors })];
  if (text !== undefined) details.push(element('text', { xmlns: NS.stanzaErrors }, text));
  return element('iq', answerAttrs(request, 'error'), element('error', { type }, ...details));
}

/** Whether somebody waits for an answer to it. */
export function isRequest(stanza: Element): boolean {
  return stanza.name === 'iq' && (stanza.attrs['type'] === 'get' || stanza.attrs['type'] === 'set');
}

/** The condition of an error stanza: RFC 6120 §8.3.3. */
export function conditionOf(stanza: Element): string {
  const conditions = stanza.getChild('error')?.getChildElements() ?? [];
  const condition = conditions.find(
    (child) => child.getNS() === NS.stanzaErrors && child.name !== 'text',
  );
  return condition?.name ?? 'undefined-condition';
}

function answerAttrs(
  { attrs }: Element,
  type: 'result' | 'error',
): Readonly<Record<string, string | undefined>> {
  return { type, id: attrs['id'], from: attrs['to'], to: attrs['from'] };
}

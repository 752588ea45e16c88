import xml from '@xmpp/xml';
// The path names the build, because plain `ltx` is another one with another Element class. An
// answer made of that one would be sent empty, without an error.
import { escapeXML, escapeXMLText, type Element as LtxElement } from 'ltx/lib/ltx.js';

// Nothing else in src imports @xmpp/xml or ltx.
export { escapeXML, escapeXMLText };

/** An element as ltx makes it. Its own types let attributes be anything; here they are texts. */
export interface Element extends LtxElement {
  attrs: Record<string, string | undefined>;
  children: (Element | string)[];
  getChild(name: string, xmlns?: string): Element | undefined;
  getChildren(name: string, xmlns?: string): Element[];
  getChildElements(): Element[];
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Makes an element; attributes that are `undefined` are left out. */
export function element(
  name: string,
  attrs: Attributes,
  ...children: readonly (Element | string)[]
): Element {
  return xml(name, attrs, ...children);
}

/** The first child of that name in that namespace. */
export function child(parent: Element, name: string, namespace: string): Element | undefined {
  return parent.getChild(name, namespace);
}

/** RFC 6120 §8.3.1: an error may hold what was asked, which is no answer. */
export function childOfResult(
  answer: Element,
  name: string,
  namespace: string,
): Element | undefined {
  return answer.attrs['type'] === 'error' ? undefined : child(answer, name, namespace);
}

export function children(parent: Element, name: string, namespace: string): readonly Element[] {
  return parent.getChildren(name, namespace);
}

import xml, { type Attributes, type Child, type Element } from '@xmpp/xml';

// The only import of @xmpp/xml: plain `ltx` is another build with another Element class, and an
// answer made of it would be sent empty, without an error.
export type { Element };

/** Makes an element; attributes that are `undefined` are left out. */
export function element(name: string, attrs: Attributes, ...children: readonly Child[]): Element {
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

/** Every child of that name in that namespace. */
export function children(parent: Element, name: string, namespace: string): readonly Element[] {
  return parent.getChildren(name, namespace);
}

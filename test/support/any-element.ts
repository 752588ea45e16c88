import fc from 'fast-check';
import { type Element, element } from '../../src/protocol/xml.ts';

export interface AnyElement {
  readonly names: readonly string[];
  readonly namespaces: readonly string[];
  readonly attributes: readonly string[];
  /** Likely values of attributes, and likely texts. */
  readonly values: readonly string[];
}

/** What somebody may send instead of a proper element: its words in any order, and any text. */
export function anyElement({
  names,
  namespaces,
  attributes,
  values,
}: AnyElement): fc.Arbitrary<Element> {
  const text = fc.oneof(fc.constantFrom(...values), fc.string({ unit: 'binary', maxLength: 4 }));
  const attrs = fc.dictionary(fc.constantFrom(...attributes), text, { noNullPrototype: true });
  const xmlns = fc.constantFrom(undefined, ...namespaces);
  const { tree } = fc.letrec<{ tree: Element }>((tie) => ({
    tree: fc
      .tuple(
        fc.constantFrom(...names),
        xmlns,
        attrs,
        fc.array(fc.oneof({ depthSize: 'small' }, text, tie('tree')), { maxLength: 4 }),
      )
      .map(([name, namespace, about, children]) =>
        element(name, { xmlns: namespace, ...about }, ...children),
      ),
  }));
  return tree;
}

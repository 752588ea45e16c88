import fc from 'fast-check';
import { equal, parse } from 'ltx/lib/ltx.js';
import { expect, test } from 'vitest';
import { wellFormed } from '../../src/link/well-formed.ts';
import { type Element, element } from '../../src/protocol/xml.ts';

const REFERENCES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
  '&#9;': '\t',
  '&#10;': '\n',
  '&#13;': '\r',
};

test('whatever a text or an attribute holds, only characters of XML 1.0 come out', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      expect(wellFormed(element('a', { b: text }, element('c', {}, text)))).toMatch(
        /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u,
      );
    }),
  );
});

test('characters that XML allows come back as they were, also tabs and line ends', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const [, value = '', content = ''] = partsOf(
        wellFormed(element('a', { b: text }, `.${text}`)),
      );
      expect(value).not.toMatch(/[\t\n\r]/);
      expect(content).not.toContain('\r');
      expect(unescaped(value)).toBe(replaced(text));
      expect(unescaped(content)).toBe(replaced(`.${text}`));
    }),
  );
});

test('an element of any shape is read as it was', () => {
  fc.assert(
    fc.property(anyElement(), (written) => {
      expect(equal(parse(wellFormed(written)), written)).toBe(true);
    }),
  );
});

test('an element without content is written in its short form, without undefined attributes', () => {
  const written = element('a', { b: '1' });
  written.attrs['gone'] = undefined;
  expect(wellFormed(written)).toBe('<a b="1"/>');
});

function anyText(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\0', '\t', '\n', '\r', '\x1f', '\ud800', '\udc00', '\ufffe', '="', '"', '&'),
  );
  return fc.array(unit).map((units) => units.join(''));
}

/**
 * Of texts that lie side by side a parser makes one: here an element holds one text or elements.
 */
function anyElement(): fc.Arbitrary<Element> {
  const name = fc.constantFrom('a', 'b:c', 'constructor');
  const text = anyText().map(replaced);
  const attrs = fc.dictionary(name, text, { noNullPrototype: true });
  const { tree } = fc.letrec<{ tree: Element }>((tie) => ({
    tree: fc
      .tuple(
        name,
        attrs,
        fc.oneof(
          { depthSize: 'small' },
          text.map((only) => [only]),
          fc.array(tie('tree'), { maxLength: 3 }),
        ),
      )
      .map(([of, about, children]) => element(of, about, ...children)),
  }));
  return tree;
}

function partsOf(xml: string): readonly string[] {
  return /^<a b="([^"]*)">([^<]*)<\/a>$/.exec(xml) ?? [];
}

function unescaped(text: string): string {
  return text.replace(/&[^;]*;/g, (reference) => REFERENCES[reference] ?? '?');
}

// XML 1.0 §2.2, one code point at a time.
function replaced(text: string): string {
  return [...text].map((character) => (isAllowed(character) ? character : '\ufffd')).join('');
}

function isAllowed(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return [0x9, 0xa, 0xd].includes(code);
  return !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}

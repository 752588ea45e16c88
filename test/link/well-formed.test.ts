import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wellFormed } from '../../src/link/well-formed.ts';
import { element } from '../../src/protocol/xml.ts';

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

test('what XML allows comes back as it was, tabs and line ends too', () => {
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

function anyText(): fc.Arbitrary<string> {
  const unit = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\0', '\t', '\n', '\r', '\x1f', '\ud800', '\udc00', '\ufffe', '="', '"', '&'),
  );
  return fc.array(unit).map((units) => units.join(''));
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

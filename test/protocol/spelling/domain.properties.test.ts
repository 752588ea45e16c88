import fc from 'fast-check';
import { expect, test } from 'vitest';
import { domainFrom, hostFrom, spellingsOf } from '../../../src/protocol/spelling/domain.ts';
import { folded } from '../../../src/protocol/spelling/folded.ts';

const LETTERS = [...'abzAZ09-_äÄßẞςσΣıİéñя漢ｂ．。.', '\u0308', '\u200d', 'xn--', 'bcher-kva'];
const text = fc
  .array(fc.constantFrom(...LETTERS), { maxLength: 12 })
  .map((parts) => parts.join(''));

test('every spelling of a domain is the same domain, and its one spelling stays as it is', () => {
  fc.assert(
    fc.property(text, (written) => {
      const domain = domainFrom(written);
      fc.pre(domain !== undefined);
      for (const spelling of [domain, upper(domain), `${domain}.`, ...spellingsOf(domain)])
        expect(domainFrom(spelling)).toBe(domain);
    }),
  );
});

test('servers change nothing in the one spelling of a domain, nor in the host that a setting names', () => {
  fc.assert(
    fc.property(text, (written) => {
      for (const domain of [domainFrom(written), hostFrom(written)])
        if (domain !== undefined) expect(folded(domain)).toBe(domain);
    }),
  );
});

/** Not the dotless i, whose upper case is that of the i. */
function upper(text: string): string {
  return text.replace(/[^ı]/gu, (letter) => letter.toUpperCase());
}

import { domainToASCII, domainToUnicode } from 'node:url';
import { folded } from './folded.ts';

/**
 * RFC 7622 §3.2: of ASCII, letters, digits and hyphens; servers also take the underscore. Which
 * other characters a label may have, `domainToASCII` knows.
 */
const LABEL = '(?:[a-z0-9_-]|[^\\p{ASCII}\\p{Cc}\\p{Z}])+';
const NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`, 'iu');
const IPV6 = /^\[[0-9a-f:.]+\]$/i;
/** A name that ends in a number, as an IPv4 address does: `domainToASCII` would count with it. */
const ENDS_IN_NUMBER = /^([a-z0-9_-]+\.)*\d+$/i;

/**
 * RFC 7622 §3.2: a domain in its one spelling: U-labels, lower case, composed, without the dot at
 * its end. `undefined`: it is no domain.
 *
 * Our servers prepare domains by RFC 6122, which knows no ß: a label that they would change stays
 * an A-label, because that is the only spelling in which they leave it alone.
 */
export function domainFrom(text: string): string | undefined {
  return labelsOf(text)?.map(readable).join('.');
}

/** A domain as our server has it, if an operator wrote it so: in A-labels or in U-labels. */
export function hostFrom(text: string): string | undefined {
  const labels = labelsOf(text);
  if (labels === undefined) return undefined;
  const written = plain(text).split('.');
  const host = labels.map((label, at) => (isALabel(written[at]) ? label : readable(label)));
  // A U-label that our servers would make another domain of.
  const isChanged = host.some((label, at) => isALabel(label) && !isALabel(written[at]));
  return isChanged ? undefined : host.join('.');
}

/** Every spelling in which a server may write that domain, the one of RFC 7622 first. */
export function spellingsOf(domain: string): readonly string[] {
  const labels = labelsOf(domain);
  if (labels === undefined) return [domain];
  return [...new Set([labels.map(readable).join('.'), labels.join('.')])];
}

/** The labels of a domain as A-labels, in ASCII. */
function labelsOf(text: string): readonly string[] | undefined {
  const name = plain(text);
  if (IPV6.test(name) || ENDS_IN_NUMBER.test(name)) return [name.toLowerCase()];
  const ascii = NAME.test(name) ? domainToASCII(name) : '';
  return ascii === '' ? undefined : ascii.split('.');
}

/**
 * RFC 3490 §3.1: other full stops count as dots. RFC 7622 §3.2: a dot at the end does not count.
 */
function plain(text: string): string {
  return text.normalize('NFKC').replaceAll('。', '.').replace(/\.$/, '');
}

function readable(label: string): string {
  if (!isALabel(label)) return label;
  const letters = domainToUnicode(label);
  // A label may decode to what makes another label, or none.
  const isTrue = domainToASCII(letters) === label && folded(letters) === letters;
  return isTrue ? letters : label;
}

function isALabel(label = ''): boolean {
  return /^xn--/i.test(label);
}

import { z } from 'zod';
import { domainFrom, hostFrom } from '../protocol/spelling/domain.ts';
import { folded } from '../protocol/spelling/folded.ts';

/** A domain, as the server has it. What cannot be one is refused with the right spelling. */
export function domainOption(example: string) {
  const expected = `a domain such as ${example}`;
  return z.string({ error: expected }).transform((text, context) => {
    const host = hostFrom(text);
    if (host !== undefined) return host;
    context.issues.push({ code: 'custom', input: text, message: expected + hintFor(text) });
    return z.NEVER;
  });
}

export function userOption(example: string) {
  const expected = `an address such as ${example}`;
  return z.string({ error: expected }).transform((text, context) => {
    const [, local = '', domain = ''] = /^([^\s/@]+)@([^/@]+)$/u.exec(text) ?? [];
    const host = domain === '' ? undefined : hostFrom(domain);
    if (host !== undefined) return `${folded(local)}@${host}`;
    context.issues.push({ code: 'custom', input: text, message: expected + hintFor(domain) });
    return z.NEVER;
  });
}

/** What was probably meant. A U-label that servers change has two candidates. */
function hintFor(text: string): string {
  const bare = withoutSurroundings(text);
  const candidates = [hostFrom(bare), domainFrom(bare), domainFrom(folded(bare))];
  const spellings = [...new Set(candidates.filter((it) => it !== undefined && it !== text))];
  return spellings.length === 0
    ? ''
    : ` (write ${spellings.map((it) => JSON.stringify(it)).join(' or ')})`;
}

/** Without the scheme, the user, the path and the port of an address that was pasted. */
function withoutSurroundings(text: string): string {
  return text
    .trim()
    .replace(/^[a-z]+:(\/\/)?(?=.*\D)/i, '')
    .replace(/^.*@/, '')
    .replace(/[/?#].*$/, '')
    .replace(/:\d+$/, '')
    .replace(/^[*.]+|\.+$/g, '');
}

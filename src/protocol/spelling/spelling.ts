import { type BareJid, bareOf } from '../../message/jid.ts';
import { domainFrom, spellingsOf } from './domain.ts';
import { folded } from './folded.ts';

/** Gives each address its one spelling, whoever wrote it. */
export type Spelling = (address: string) => BareJid;

/**
 * The domains that are ours are spelled as their servers spell them, because the servers know them
 * in no other way. All others are spelled as RFC 7622 §3.2 wants it.
 */
export function spellingFor(ours: readonly string[]): Spelling {
  const hosts = new Map(ours.map((domain) => [domainFrom(domain), domain]));
  return (address) => {
    const domain = address.slice(address.indexOf('@') + 1);
    if (isPlain(domain)) return address as BareJid;
    const spelled = domainFrom(domain) ?? domain;
    return withDomain(address, hosts.get(spelled) ?? spelled);
  };
}

/** The same for an address that may be an occupant's: a nickname is left as it is. */
export function occupantSpelling(spell: Spelling): Spelling {
  return (address) =>
    `${spell(bareOf(address))}${address.slice(bareOf(address).length)}` as BareJid;
}

/**
 * The same for what a person typed. Servers fold what stands before the @ too. The domain is left
 * to `spell`: it must not lose its ß here.
 */
export function typedSpelling(spell: Spelling): Spelling {
  return occupantSpelling((typed) => {
    const bare = typed.replace('＠', '@');
    const at = bare.indexOf('@') + 1;
    return spell(folded(bare.slice(0, at)) + bare.slice(at));
  });
}

/** A text that is the same for two lists of our domains with which every address is spelled alike. */
export function nameOfSpelling(ours: readonly string[]): string {
  return ours
    .filter((domain) => domainFrom(domain) !== domain)
    .sort()
    .join(' ');
}

/** An address or a domain in every spelling in which a server may write it. */
export function addressesLike(address: string): readonly string[] {
  const domain = address.slice(address.indexOf('@') + 1);
  if (isPlain(domain)) return [address];
  return [...new Set([address, ...spellingsOf(domain).map((it) => withDomain(address, it))])];
}

/** Nearly every domain: it can be spelled in one way only. */
function isPlain(domain: string): boolean {
  return !/[^a-z0-9._-]|xn--|\.$/.test(domain);
}

function withDomain(address: string, domain: string): BareJid {
  return `${address.slice(0, address.indexOf('@') + 1)}${domain}` as BareJid;
}

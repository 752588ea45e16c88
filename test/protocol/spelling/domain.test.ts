import { describe, expect, test } from 'vitest';
import { domainFrom, hostFrom, spellingsOf } from '../../../src/protocol/spelling/domain.ts';
import { addressesLike, spellingFor } from '../../../src/protocol/spelling/spelling.ts';

const NFD = 'bu\u0308cher.test';

describe('the one spelling of a domain', () => {
  test.each([
    'bücher.test',
    'Bücher.Test',
    'BÜCHER.TEST',
    NFD,
    'xn--bcher-kva.test',
    'XN--BCHER-KVA.test',
    'ｂücher.test',
    'bücher．test',
    'bücher。test',
    'bücher.test.',
    'xn--bcher-kva.test.',
  ])('%j is spelled bücher.test', (written) => {
    expect(domainFrom(written)).toBe('bücher.test');
  });

  test.each([
    ['Example.org.', 'example.org'],
    ['localhost', 'localhost'],
    ['prosody_1.test', 'prosody_1.test'],
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '[::1]'],
    // Our servers make strasse.test of the U-label, which is another domain.
    ['straße.test', 'xn--strae-oqa.test'],
    ['xn--strae-oqa.test', 'xn--strae-oqa.test'],
    ['i❤.test', 'i❤.test'],
  ])('%j is spelled %s', (written, spelled) => {
    expect(domainFrom(written)).toBe(spelled);
    expect(domainFrom(spelled)).toBe(spelled);
  });

  test.each(['', '.', 'a..b', 'xn--zzzzzz.test', 'a b.test', 'a/b', 'a@b', 'a%2eb', 'a:5222'])(
    '%j is no domain',
    (written) => {
      expect(domainFrom(written)).toBeUndefined();
    },
  );

  test.each([
    ['xn--bcher-kva.test', 'xn--bcher-kva.test'],
    ['XN--Bcher-kva.test.', 'xn--bcher-kva.test'],
    [NFD, 'bücher.test'],
    ['straße.test', undefined],
    ['xn--strae-oqa.test', 'xn--strae-oqa.test'],
  ])('a server that is configured as %j has the host %s', (written, host) => {
    expect(hostFrom(written)).toBe(host);
  });

  test.each([
    ['xn--bcher-kva.test', ['bücher.test', 'xn--bcher-kva.test']],
    ['bücher.test', ['bücher.test', 'xn--bcher-kva.test']],
    ['xn--strae-oqa.test', ['xn--strae-oqa.test']],
    ['example.org', ['example.org']],
  ])('servers may write %s as %j', (domain, spellings) => {
    expect(spellingsOf(domain)).toEqual(spellings);
  });
});

describe('the one spelling of an address', () => {
  test('what is not ours is spelled in U-labels', () => {
    const spell = spellingFor(['example.org']);
    expect(spell('alice@xn--bcher-kva.test')).toBe('alice@bücher.test');
    expect(spell('alice@BÜCHER.test.')).toBe('alice@bücher.test');
    expect(spell('xn--bcher-kva.test')).toBe('bücher.test');
    expect(spell('bob@example.org')).toBe('bob@example.org');
  });

  test('what is ours is spelled as our server spells it', () => {
    const spell = spellingFor(['xn--bcher-kva.test']);
    expect(spell('alice@bücher.test')).toBe('alice@xn--bcher-kva.test');
    expect(spell('alice@xn--bcher-kva.test')).toBe('alice@xn--bcher-kva.test');
  });

  test('what is no domain stays as the server wrote it', () => {
    expect(spellingFor([])('alice@xn--zzzzzz.test')).toBe('alice@xn--zzzzzz.test');
  });

  test('an address has one entry for each spelling', () => {
    expect(addressesLike('alice@bücher.test')).toEqual([
      'alice@bücher.test',
      'alice@xn--bcher-kva.test',
    ]);
    expect(addressesLike('example.org')).toEqual(['example.org']);
  });
});

import { beforeEach, describe, expect, test } from 'vitest';
import { complaintsOf, load, useNewFolder, withOption } from './loading.ts';

beforeEach(useNewFolder);

describe('a configured domain', () => {
  test.each([
    ['Example.ORG', 'example.org'],
    ['example.org.', 'example.org'],
    ['ｅｘａｍｐｌｅ.org', 'example.org'],
    ['bu\u0308cher.test', 'bücher.test'],
    ['BÜCHER.test', 'bücher.test'],
    ['XN--bcher-kva.test', 'xn--bcher-kva.test'],
    ['localhost', 'localhost'],
    ['prosody_1', 'prosody_1'],
  ])('%j is the host %s of the server', (written, host) => {
    expect(load(withOption('domains', [written])).domains).toEqual([host]);
  });

  test.each([
    ['https://example.org/', ' (write "example.org")'],
    ['example.org:5222', ' (write "example.org")'],
    ['alice@example.org', ' (write "example.org")'],
    ['*.example.org', ' (write "example.org")'],
    ['straße.test', ' (write "xn--strae-oqa.test" or "strasse.test")'],
    ['xn--zzzzzz.test', ''],
    ['example..org', ''],
    ['a b.org', ''],
    ['', ''],
  ])('%j cannot be one, and the right spelling is named', (written, hint) => {
    expect(complaintsOf(withOption('domains', [written]))).toEqual([
      `config: "domains.0" must be a domain such as example.org${hint}, found ${JSON.stringify(written)}`,
    ]);
  });
});

describe('a configured administrator', () => {
  test('is spelled as the server spells users', () => {
    const { admins } = load(withOption('admins', ['ＡDMIN@Bu\u0308cher.Test.']));
    expect(admins).toEqual(['admin@bücher.test']);
  });

  test.each([
    ['admin', ''],
    ['admin@example.org/pc', ''],
    ['admin@straße.test', ' (write "xn--strae-oqa.test" or "strasse.test")'],
  ])('%j cannot be one', (written, hint) => {
    expect(complaintsOf(withOption('admins', [written]))).toEqual([
      `config: "admins.0" must be an address such as admin@example.org${hint}, found ${JSON.stringify(written)}`,
    ]);
  });
});

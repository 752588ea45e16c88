import { describe, expect, test } from 'vitest';
import { readHello } from '../../src/protocol/hello.ts';
import { ServerStates } from '../../src/servers/server-states.ts';
import { parseOne as parse } from '../support/xml.ts';

const DOMAIN = 'bücher.example';
const FROM = 'xn--bcher-kva.example';
const SILENT = { reason: 'silent', line: 'it does not answer' } as const;
const MISSPELT = { reason: 'misspelt', line: 'write it so' } as const;

function statesOf(): ServerStates {
  return new ServerStates([DOMAIN], () => {});
}

function helloWith(attributes: string) {
  const hello = readHello(
    parse(`<iq><hello xmlns='xmpp-receipts:feed:1' version='1' ${attributes}/></iq>`),
  );
  if (hello === undefined) throw new Error('that is no hello');
  return hello;
}

describe('what is known of a server', () => {
  test('is that it has not answered, before it was asked', () => {
    expect(statesOf().all).toMatchObject([{ domain: DOMAIN, reason: 'not-yet' }]);
  });

  test('stays that the domain is misspelt, also when nobody answers by that name', () => {
    const states = statesOf();
    states.misspelt(DOMAIN, FROM, MISSPELT);
    states.missed(DOMAIN, SILENT);
    expect(states.all).toMatchObject([{ reason: 'misspelt', spelled: FROM }]);
  });

  test('is not that the domain is misspelt any more once it has answered', () => {
    const states = statesOf();
    states.misspelt(DOMAIN, FROM, MISSPELT);
    states.met(DOMAIN, helloWith(''));
    states.missed(DOMAIN, SILENT);
    expect(states.all).toMatchObject([{ reason: 'silent', spelled: undefined }]);
  });

  test('has by how much its clock is ahead of ours, if its module says what it shows', () => {
    const states = statesOf();
    states.met(DOMAIN, helloWith(`clock='${(Date.now() + 60_000) * 1000}'`));
    expect(Math.round((states.all[0]?.clockAhead ?? 0) / 10_000)).toBe(6);
    states.met(DOMAIN, helloWith(''));
    expect(states.all[0]?.clockAhead).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHello } from '../../src/protocol/hello.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { element } from '../../src/protocol/xml.ts';
import { anyElement } from '../support/any-element.ts';
import { parseOne as parse } from '../support/xml.ts';

const NODE = {
  since: undefined,
  at: undefined,
  waiting: 0,
  spool: undefined,
  spoolLimit: undefined,
  gap: undefined,
};

describe('a hello', () => {
  test('of a cluster names the other nodes, and a state that is not known counts as silent', () => {
    const hello = `<hello xmlns='xmpp-receipts:feed:1' version='1' node='e@1' nodes='4'>
      <node name='e@2' state='up' at='7' waiting='3' spool='9' spool-limit='10' gap='5'/>
      <node name='e@3' state='down' since='6'/>
      <node name='e@4' state='sleepy'/>
      <node state='down'/>
    </hello>`;
    const read = readHello(parse(`<iq>${hello}</iq>`));
    expect(read).toMatchObject({ node: 'e@1', nodes: 4 });
    expect(read?.others).toEqual([
      { ...NODE, name: 'e@2', state: 'up', at: 7, waiting: 3, spool: 9, spoolLimit: 10, gap: 5 },
      { ...NODE, name: 'e@3', state: 'down', since: 6 },
      { ...NODE, name: 'e@4', state: 'silent' },
    ]);
  });

  test('a hello of another version is read as far as it goes', () => {
    expect(readHello(parse(`<iq><hello xmlns='xmpp-receipts:feed:1' version='2'/></iq>`))).toEqual({
      version: '2',
      module: 'unknown',
      server: 'unknown',
      serverVersion: 'unknown',
      proves: [],
      enforces: [],
      orders: [],
      stores: [],
      gives: [],
      nodes: 1,
      node: '',
      others: [],
      policies: '',
      at: undefined,
      waiting: 0,
      secret: undefined,
      health: {
        acks: undefined,
        filters: [],
        longestStanza: undefined,
        sharing: 1,
        clock: undefined,
        spool: undefined,
        spoolLimit: undefined,
        gap: undefined,
        counts: {},
      },
    });
  });

  test.each(['-1', 'soon', '1.5', '1e99'])('a hello with the number %j has no number', (number) => {
    const hello = `<iq><hello xmlns='xmpp-receipts:feed:1' at='${number}' waiting='${number}'/></iq>`;
    expect(readHello(parse(hello))).toMatchObject({ version: 'none', at: undefined, waiting: 0 });
  });

  test('a hello of another namespace is none', () => {
    expect(readHello(parse(`<iq><hello xmlns='xmpp-receipts:feed:2'/></iq>`))).toBeUndefined();
  });
});

const anyHello = anyElement({
  names: ['hello'],
  namespaces: [NS.feed, 'xmpp-receipts:feed:2'],
  attributes: [
    'version',
    'module',
    'server-version',
    'proves',
    'enforces',
    'stores',
    'nodes',
    'policies',
    'at',
    'waiting',
    'filters',
    'longest-stanza',
    'sharing',
    'clock',
    'spool',
    'spool-limit',
    'gap',
    'counts',
  ],
  values: [
    'stopped-manual=1',
    'stopped-manual=-1 orders-refused=1e3 other=2',
    '1',
    '-1',
    '1e3',
    '0x10',
    ' 5',
    '9007199254740993',
    'accepted  sent',
    ' ',
  ],
});

test('whatever a module says about itself is read, with valid numbers and words only', () => {
  fc.assert(
    fc.property(anyHello, (said) => {
      const hello = readHello(element('iq', {}, said));
      expect(hello === undefined).toBe(!said.is('hello', NS.feed));
      const { counts = {}, ...others } = hello?.health ?? {};
      const health = [...Object.values(others), ...Object.values(counts)];
      const numbers = [hello?.at, hello?.waiting, hello?.nodes, ...health].filter(
        (value) => typeof value === 'number',
      );
      for (const number of numbers) expect(Number.isSafeInteger(number) && number >= 0).toBe(true);
      for (const word of [hello?.proves, hello?.enforces, hello?.health.filters].flatMap(
        (it) => it ?? [],
      ))
        expect(word).toMatch(/^[^ ]+$/);
    }),
  );
});

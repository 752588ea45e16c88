import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Accepted, AtSession, Fact, Failed } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { MessageKey } from '../../src/message/key.ts';
import { FACT_KINDS } from '../../src/message/kinds.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { type Line, readLines } from '../../src/protocol/feed-text.ts';
import { fact, keyOf, T0 } from '../support/facts.ts';
import { escaped, messageLine } from '../support/feed-lines.ts';

const DOMAIN = 'example.org';
const KEY = 'm1\talice@example.org\tbob@example.org';

describe('any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'message',
            'gap',
            'deleted',
            '\t',
            '\n',
            ' ',
            '=',
            '%',
            '%0',
            '%ff',
            '%00',
          ),
          fc.constantFrom('accepted', 'sent', '1795338025465001', 'a@example.org', '__proto__'),
          fc.string({ unit: 'binary', maxLength: 3 }),
        ),
      )
      .map((parts) => parts.join('')),
  );

  test('any text is read without an exception', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = readLines(text, DOMAIN);
        expect(lines.length).toBeLessThanOrEqual(text.split('\n').length);
      }),
    );
  });

  test('any text spoils only its own line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const good = `message\t${KEY}\tsent 5`;
        const lines = readLines(`${good}\n${text}\n${good}`, DOMAIN);
        expect(lines.at(0)).toEqual(lines.at(-1));
        expect(lines.at(0)).toMatchObject({ kind: 'message', facts: [{ kind: 'sent', at: 5 }] });
      }),
    );
  });
});

test('facts are read as they were written', () => {
  fc.assert(
    fc.property(anyKey(), fc.array(anyReportedFact(), { maxLength: 6 }), (key, facts) => {
      expect(readLines(messageLine(key, facts), DOMAIN)).toEqual([{ kind: 'message', key, facts }]);
    }),
  );
});

describe('an id may be', () => {
  test.each([
    ['with a tab', 'a\tb'],
    ['with a line feed', 'a\nb'],
    ['with quotes', `"it's"`],
    ['with a space', 'a b'],
    ['with a percent sign', '100%'],
    ['with what looks like an escape', '%0A'],
    ['with what looks like XML', '<a b="c"/>&amp;'],
    ['Chinese', '消息一'],
    ['an emoji', '👩‍👩‍👧‍👦'],
    ['of 256 bytes', 'x'.repeat(256)],
    ['of 256 bytes in UTF-8', `${'消'.repeat(85)}x`],
    ['of 256 bytes once unescaped', '%'.repeat(256)],
  ])('an id may be: %s', (_, id) => {
    expect(readLines(messageLine(keyOf(id), []), DOMAIN)).toMatchObject([{ key: { id } }]);
  });

  test.each([
    ['257 bytes', 'x'.repeat(257)],
    ['257 bytes in UTF-8', `${'消'.repeat(85)}xx`],
    ['nothing', ''],
  ])('an id may not be: %s', (_, id) => {
    expect(read(messageLine(keyOf(id), []))).toEqual({
      kind: 'bad',
      because: 'id must have 1 to 256 bytes',
    });
  });
});

describe('a message line that cannot be used says why', () => {
  test.each([
    ['without recipient', 'message\tm1\talice@example.org', /bare JIDs/],
    ['with a resource', 'message\tm1\talice@example.org/pc\tbob@example.org', /bare JIDs/],
    ['with NUL in an address', 'message\tm1\tal%00ice@example.org\tbob@example.org', /bare JIDs/],
    ['of other domains', 'message\tm1\ta@example.net\tb@example.com', /of example\.org/],
    ['of a longer domain', 'message\tm1\ta@notexample.org\tb@example.com', /of example\.org/],
    ['of nobody', 'message', /id/],
  ])('a message line that cannot be used says why: %s', (_, line, because) => {
    expect(read(line)).toEqual({ kind: 'bad', because: expect.stringMatching(because) });
  });
});

describe('a server is believed', () => {
  const REPORTED = FACT_KINDS.filter((kind) => !['expired', 'approved', 'declined'].includes(kind));
  const from = { us: 'a@example.org', them: 'b@example.net' };

  test.each([
    ['of both', from.us, 'b@example.org', REPORTED.filter((kind) => kind !== 'relayed')],
    [
      'of the sender',
      from.us,
      from.them,
      ['accepted', 'relayed', 'failed', 'received', 'displayed'],
    ],
    ['of the recipient', from.them, from.us, REPORTED.filter((kind) => kind !== 'relayed')],
  ])('a server is believed as that %s', (_, sender, recipient, believed) => {
    const fields = FACT_KINDS.map((kind, index) => `${kind} ${index + 1}`);
    const line = read(['message', 'm1', sender, recipient, ...fields].join('\t'));
    const kinds = line?.kind === 'message' ? line.facts.map(({ kind }) => kind) : [];
    expect(kinds.toSorted()).toEqual(believed.toSorted());
  });
});

describe('what only the recipient’s server can know', () => {
  const accepted = 'accepted 1 type=chat policy=manual token=kX2c';
  const from = (sender: string, recipient: string, fields: string) =>
    read(`message\tm1\t${sender}\t${recipient}\t${fields}`);
  const US = 'alice@example.org';
  const THEM = 'bob@example.net';

  test('policy and token are believed of the recipient’s server', () => {
    for (const sender of [US, THEM])
      expect(from(sender, US, accepted)).toMatchObject({
        facts: [{ policy: 'manual', token: 'kX2c' }],
      });
  });

  test('policy and token are not believed of the sender’s server', () => {
    expect(from(US, THEM, accepted)).toEqual(from(US, THEM, 'accepted 1 type=chat'));
  });

  test.each(['received', 'displayed'])(
    'only the recipient’s server is believed that an answer was stopped: %s',
    (kind) => {
      expect(from(THEM, US, `${kind} 5 withheld=yes`)).toMatchObject({
        facts: [{ kind, at: 5, withheld: true }],
      });
      expect(from(US, THEM, `${kind} 5 withheld=yes`)).toMatchObject({ facts: [] });
      expect(from(US, THEM, `${kind} 5`)).toMatchObject({ facts: [{ kind, at: 5 }] });
    },
  );
});

describe('a detail', () => {
  test.each<[string, object]>([
    ['accepted 1 policy=', {}],
    ['accepted 1 policy=everything', {}],
    ['accepted 1 policy=__proto__', {}],
    ['accepted 1 policy=refuse', { policy: 'refuse' }],
    ['received 1 withheld=no', {}],
    ['received 1 withheld=yes', { withheld: true }],
    ['displayed 1 withheld=yes', { withheld: true }],
    ['sent 1 sm=no', { unacknowledged: true }],
    ['sent 1 sm=yes', {}],
    ['sent 1 resource=a%20b sm=no', { resource: 'a b', unacknowledged: true }],
  ])('a detail is read as far as it is known: %s', (field, details) => {
    const bare = field.split(' ').slice(0, 2).join(' ');
    const plain = readFacts(bare);
    expect(readFacts(field)).toEqual(plain.map((fact) => ({ ...fact, ...details })));
  });
});

describe('what a later version may say is ignored', () => {
  test.each([
    ['a line of unknown sort', 'weather\tsunny', { kind: 'unknown' }],
    ['an unknown fact', `message\t${KEY}\tteleported 5\tsent 6`, facts({ kind: 'sent', at: 6 })],
    ['an unknown detail', `message\t${KEY}\tsent 5 mood=good`, facts({ kind: 'sent', at: 5 })],
    ['a detail without value', `message\t${KEY}\tsent 5 resourcex`, facts({ kind: 'sent', at: 5 })],
    ['a fact without stamp', `message\t${KEY}\tsent\tsent x\tsent -5\tsent 1.5`, facts()],
    ['a stamp that is no number of ours', `message\t${KEY}\tsent 99999999999999999`, facts()],
    ['a word of every object', `message\t${KEY}\ttoString 5\t__proto__ 5`, facts()],
  ])('what a later version may say is ignored: %s', (_, line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  test('a fact without its details has the plainest', () => {
    const line = read(`message\t${KEY}\taccepted 1\tstored 2\tfailed 3`);
    expect(line).toMatchObject({
      facts: [
        { kind: 'accepted', type: 'normal' },
        { kind: 'stored', where: 'offline' },
        { kind: 'failed', condition: 'undefined-condition' },
      ],
    });
  });

  test('a report that names nothing is not the same as no report', () => {
    expect(read(`message\t${KEY}\taccepted 1 report=`)).toMatchObject({ facts: [{ report: [] }] });
    expect(read(`message\t${KEY}\taccepted 1`)).not.toMatchObject({ facts: [{ report: [] }] });
  });
});

describe('a gap', () => {
  test('a gap says how much was dropped, and up to when', () => {
    expect(read('gap\t5\t12')).toEqual({ kind: 'gap', at: 5, count: 12 });
  });

  test.each(['gap', 'gap\t5', 'gap\t5\t', 'gap\t5\t-1', 'gap\t5\t1.5', 'gap\tx\t1', 'gap\t5\tx'])(
    'a gap is not %j',
    (line) => {
      expect(read(line)).toMatchObject({ kind: 'bad' });
    },
  );
});

describe('a deleted account', () => {
  test('a deleted account is one of the server itself', () => {
    expect(read('deleted\t5\tal%20ice@example.org')).toEqual({
      kind: 'deleted',
      at: 5,
      account: 'al ice@example.org',
    });
  });

  test.each([
    'deleted\t5\tbob@example.net',
    'deleted\t5\tbob@notexample.org',
    'deleted\t5\texample.org',
    'deleted\t5',
    'deleted\tx\tbob@example.org',
  ])('a deleted account is not %j', (line) => {
    expect(read(line)).toMatchObject({ kind: 'bad' });
  });
});

test('a text without lines says nothing', () => {
  expect(readLines('', DOMAIN)).toEqual([]);
  expect(readLines('\n\n', DOMAIN)).toEqual([]);
});

test('an escape has upper-case digits; with others the text stays as it is', () => {
  expect(read('message\ta%0Ab\talice@example.org\tbob@example.org')).toMatchObject({
    key: { id: 'a\nb' },
  });
  for (const id of ['a%0ab', 'a%7fb', 'a%', 'a%G0', 'a%FF'])
    expect(read(`message\t${id}\talice@example.org\tbob@example.org`)).toMatchObject({
      key: { id },
    });
});

test('escapes are those of the document', () => {
  expect(escaped('a b\t\n%\x7f消')).toBe('a%20b%09%0A%25%7F消');
});

function read(line: string): Line | undefined {
  return readLines(line, DOMAIN)[0];
}

function readFacts(field: string): readonly Fact[] {
  const line = read(`message\t${KEY}\t${field}`);
  return line?.kind === 'message' ? line.facts : [];
}

function facts(...expected: readonly { kind: string; at: number }[]) {
  return {
    kind: 'message',
    key: keyOf('m1'),
    facts: expected.map((seen) => ({ ...seen, side: 'both' })),
  };
}

function anyKey(): fc.Arbitrary<MessageKey> {
  const id = fc
    .string({
      unit: fc.constantFrom('a', '\t', '\n', '\r', ' ', '%', '\0', '"', '消', '👍'),
      minLength: 1,
    })
    .filter((text) => Buffer.byteLength(text) <= 256);
  const local = fc.stringMatching(/^[a-z%.]{1,8}$/);
  const jid = local.map((name) => `${name}@${DOMAIN}` as BareJid);
  return fc.record({ id, sender: jid, recipient: jid });
}

/** What one server that is both sides may report, with every detail. */
function anyReportedFact(): fc.Arbitrary<Fact> {
  const at = fc.integer({ min: 0, max: 5 * T0 });
  const text = fc.string({ unit: fc.constantFrom('a', ' ', '=', ',', '%', '\t', '\n', '消') });
  const optional = { requiredKeys: [] };
  const acceptedDetails: fc.Arbitrary<Partial<Accepted>> = fc.record(
    {
      maySee: fc.boolean(),
      token: text,
      policy: fc.constantFrom(...POLICIES),
      originId: text,
      markable: fc.constant<true>(true),
      report: fc.array(fc.constantFrom('stored', 'failed')),
    },
    optional,
  );
  const failedDetails: fc.Arbitrary<Partial<Omit<Failed, 'kind'>>> = fc.record(
    { condition: text, handed: fc.constant<true>(true) },
    optional,
  );
  const seen = at.map((stamp) => stamp - T0);
  return fc.oneof(
    fc.tuple(seen, acceptedDetails).map(([after, details]) => ({
      ...fact('accepted', after),
      ...details,
    })) as fc.Arbitrary<Fact>,
    fc.tuple(seen, failedDetails).map(([after, details]) => ({
      ...fact('failed', after),
      ...details,
    })) as fc.Arbitrary<Fact>,
    fc
      .tuple(seen, fc.constantFrom('sent', 'acked', 'lost'), anySession(text))
      .map(([after, kind, session]) => ({ ...fact(kind, after), ...session }) as Fact),
    fc
      .tuple(seen, fc.constantFrom('offline', 'archive'))
      .map(([after, where]) => ({ ...fact('stored', after), where }) as Fact),
    fc
      .tuple(seen, fc.constantFrom('received', 'displayed'), fc.boolean())
      .map(([after, kind, isStopped]) => fact(kind, after, isStopped ? { withheld: true } : {})),
  );
}

function anySession(text: fc.Arbitrary<string>): fc.Arbitrary<Partial<AtSession>> {
  return fc.record(
    { resource: text, unacknowledged: fc.constant<true>(true) },
    { requiredKeys: [] },
  );
}

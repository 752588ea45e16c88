import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Accepted, AtSession, Fact, Failed } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { MessageKey } from '../../src/message/key.ts';
import { FACT_KINDS, isBelieved } from '../../src/message/kinds.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { type Line, readLines } from '../../src/protocol/feed-text.ts';
import { MAX_WITHIN } from '../../src/protocol/limits.ts';
import { fact, keyOf, T0 } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';

const DOMAIN = 'example.org';
const KEY = 'm1\talice@example.org\tbob@example.org';

test('a line is read as it was written', () => {
  fc.assert(
    fc.property(anyKey(), fc.array(anyReportedFact(), { maxLength: 6 }), (key, facts) => {
      expect(readLines(messageLine(key, facts), DOMAIN)).toEqual([{ kind: 'message', key, facts }]);
    }),
  );
});

describe('a server', () => {
  const REPORTED = FACT_KINDS.filter((kind) => !isBelieved(kind, 'component'));
  const from = { us: 'a@example.org', them: 'b@example.net' };

  test.each([
    ['both', from.us, 'b@example.org', REPORTED.filter((kind) => kind !== 'relayed')],
    ['the sender', from.us, from.them, ['accepted', 'relayed', 'failed', 'received', 'displayed']],
    ['the recipient', from.them, from.us, REPORTED.filter((kind) => kind !== 'relayed')],
  ])('is believed only what the server of %s can know', (_, sender, recipient, believed) => {
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

  test('is believed if the recipient’s server reports it', () => {
    for (const sender of [US, THEM])
      expect(from(sender, US, accepted)).toMatchObject({
        facts: [{ policy: 'manual', token: 'kX2c' }],
      });
  });

  test('is not believed if the sender’s server reports it: policy and token', () => {
    expect(from(US, THEM, accepted)).toEqual(from(US, THEM, 'accepted 1 type=chat'));
  });

  test.each(['received', 'displayed'])(
    'a stopped answer is not believed from the sender’s server: %s',
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
    ['accepted 1 within=1', { within: 1 }],
    ['accepted 1 within=2592000', { within: 2_592_000 }],
    ['accepted 1 within=1800 until=displayed', { within: 1800, until: 'displayed' }],
    ['accepted 1 within=0 until=displayed', {}],
    ['accepted 1 within=2592001', {}],
    ['accepted 1 within=PT30M', {}],
    ['accepted 1 within=-1', {}],
    ['accepted 1 until=displayed', {}],
    ['accepted 1 policy=', {}],
    ['accepted 1 policy=everything', {}],
    ['accepted 1 policy=__proto__', {}],
    ['accepted 1 policy=refuse', { policy: 'refuse' }],
    ['received 1 withheld=no', {}],
    ['received 1 withheld=yes', { withheld: true }],
    ['displayed 1 withheld=yes', { withheld: true }],
    ['kept 1 resource=phone where=archive', { resource: 'phone', where: 'archive' }],
    ['kept 1 where=stream', { where: 'stream' }],
    ['sent 1 sm=no', { unacknowledged: true }],
    ['sent 1 sm=yes', {}],
    ['sent 1 resource=a%20b sm=no', { resource: 'a b', unacknowledged: true }],
  ])('is read if it is known, and ignored if not: %s', (field, details) => {
    const bare = field.split(' ').slice(0, 2).join(' ');
    const plain = readFacts(bare);
    expect(readFacts(field)).toEqual(plain.map((fact) => ({ ...fact, ...details })));
  });
});

describe('what a session did that hides from the sender', () => {
  const unseen = (sender: string, recipient: string, field: string) => {
    const line = read(`message\tm1\t${sender}\t${recipient}\t${field}`);
    return line?.kind === 'message' ? line.facts : [];
  };
  const US = 'alice@example.org';
  const THEM = 'bob@example.net';

  test.each<[string, object]>([
    ['unseen 5 of=sent resource=phone sm=no', { kind: 'sent', resource: 'phone' }],
    ['unseen 5 of=sent archived=yes', { kind: 'sent', archived: true }],
    ['unseen 5 of=acked', { kind: 'acked' }],
    ['unseen 5 of=lost', { kind: 'lost' }],
    ['unseen 5 of=stored where=archive', { kind: 'stored', where: 'archive' }],
    ['unseen 5 of=kept where=archive', { kind: 'kept', where: 'archive' }],
    ['unseen 5 of=received withheld=yes', { kind: 'received', withheld: true }],
    ['unseen 5 of=displayed withheld=yes', { kind: 'displayed', withheld: true }],
  ])('is read as unseen: %s', (field, expected) => {
    expect(unseen(US, US, field)).toMatchObject([{ ...expected, at: 5, unseen: true }]);
    expect(unseen(THEM, US, field)).toMatchObject([{ ...expected, at: 5, unseen: true }]);
  });

  test.each(['received', 'displayed'])(
    'is seen if it is an answer that the sender got: %s',
    (kind) => {
      expect(unseen(US, US, `unseen 5 of=${kind}`)).toEqual(unseen(US, US, `${kind} 5`));
    },
  );

  test('is not believed from the sender’s server, which cannot know it', () => {
    for (const kind of FACT_KINDS) expect(unseen(US, THEM, `unseen 5 of=${kind}`)).toEqual([]);
  });

  test.each([
    'unseen 5',
    'unseen 5 of=',
    'unseen 5 of=teleported',
    'unseen 5 of=accepted',
    'unseen 5 of=failed',
    'unseen 5 of=approved',
    'unseen x of=sent',
  ])('is ignored where there is nothing to hide: %s', (field) => {
    expect(unseen(US, US, field)).toEqual([]);
  });

  test('has a word on the wire that no daemon takes for a kind of fact', () => {
    expect(FACT_KINDS).not.toContain('unseen');
  });
});

describe('a fact that is left out has its reason', () => {
  const [us, other, them] = ['alice@example.org', 'bob@example.org', 'carol@example.net'];

  test.each([
    ['teleported 5', us, other, 'unknown kind'],
    ['unseen 5 of=teleported', us, other, 'unknown kind'],
    ['sent', us, other, 'no stamp'],
    ['unseen x of=sent', us, other, 'no stamp'],
    ['approved 5', us, other, 'not theirs to know'],
    ['relayed 5', them, us, 'not theirs to know'],
    ['acked 5', us, them, 'not theirs to know'],
    ['received 5 withheld=yes', us, them, 'not theirs to know'],
    ['unseen 5 of=received', us, them, 'not theirs to know'],
    ['unseen 5 of=failed', us, other, 'nothing to hide'],
  ])('%s, from %s to %s: %s', (field, sender, recipient, reason) => {
    const line = read(`message\tm1\t${sender}\t${recipient}\taccepted 1\t${field}`);
    expect(line).toMatchObject({ facts: [{ kind: 'accepted' }], ignored: [reason] });
  });

  test('there is no reason where all facts are read, also beside the nick of an occupant', () => {
    for (const fields of ['sent 6', 'occupant 0 nick=Bob\tsent 6'])
      expect(read(`message\t${KEY}\t${fields}`)).not.toHaveProperty('ignored');
  });
});

describe('in a line of a later version', () => {
  test.each([
    [
      'a fact that we do not know is ignored, and the next one is read',
      `message\t${KEY}\tteleported 5\tsent 6`,
      { ...facts({ kind: 'sent', at: 6 }), ignored: ['unknown kind'] },
    ],
    [
      'a detail that we do not know is ignored, and its fact is read',
      `message\t${KEY}\tsent 5 mood=good`,
      facts({ kind: 'sent', at: 5 }),
    ],
    [
      'a detail without a value is ignored, and its fact is read',
      `message\t${KEY}\tsent 5 resourcex`,
      facts({ kind: 'sent', at: 5 }),
    ],
    [
      'a fact whose stamp is missing or no whole number is ignored',
      `message\t${KEY}\tsent\tsent x\tsent -5\tsent 1.5`,
      { ...facts(), ignored: Array(4).fill('no stamp') },
    ],
    [
      'a fact whose stamp is no number of ours is ignored',
      `message\t${KEY}\tsent 99999999999999999`,
      { ...facts(), ignored: ['no stamp'] },
    ],
    [
      'a word that every object has is no fact',
      `message\t${KEY}\ttoString 5\t__proto__ 5`,
      { ...facts(), ignored: ['unknown kind', 'unknown kind'] },
    ],
  ])('%s', (_, line, expected) => {
    expect(read(line)).toEqual(expected);
  });

  test('a fact without details gets the most general ones', () => {
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
      unit: fc.constantFrom('a', '\t', '\n', '\r', ' ', '%', '"', '消', '👍'),
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
      within: fc.integer({ min: 1, max: MAX_WITHIN }),
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
      .tuple(seen, fc.constantFrom('offline', 'archive', 'a newer one'), anyHiding())
      .map(([after, where, hiding]) => ({ ...fact('stored', after), where, ...hiding }) as Fact),
    fc
      .tuple(seen, fc.constantFrom('stream', 'archive'), anyHiding())
      .map(([after, where, hiding]) => ({ ...fact('kept', after), where, ...hiding }) as Fact),
    fc
      .tuple(seen, fc.constantFrom('received', 'displayed'), fc.boolean(), anyHiding())
      .map(([after, kind, isStopped, hiding]) =>
        isStopped ? { ...fact(kind, after, { withheld: true }), ...hiding } : fact(kind, after),
      ),
    fc
      .tuple(seen, fc.constantFrom('sent', 'acked', 'lost'), anySession(text), fc.boolean())
      .map(([after, kind, session, isArchived]) => {
        const hiding = { unseen: true, ...(isArchived && { archived: true }) };
        return { ...fact(kind, after), ...session, ...hiding } as Fact;
      }),
  );
}

function anyHiding(): fc.Arbitrary<{ readonly unseen?: true }> {
  return fc.constantFrom({}, { unseen: true });
}

function anySession(text: fc.Arbitrary<string>): fc.Arbitrary<Partial<AtSession>> {
  return fc.record(
    { resource: text, unacknowledged: fc.constant<true>(true) },
    { requiredKeys: [] },
  );
}

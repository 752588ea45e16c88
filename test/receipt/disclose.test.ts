import { describe, expect, test } from 'vitest';
import type { FactKind } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import {
  type Disclosed,
  disclose,
  disclosedTo,
  entitlementOf,
} from '../../src/receipt/disclose.ts';
import type { Disclosure } from '../../src/receipt/rules.ts';
import { ALICE, accepted, FACT_KINDS, fact, keyOf, lifeOf, RULES } from '../support/facts.ts';

/** What the sender of a message learns at most, once it was accepted and this happened to it. */
const LEARNS = `
            client, entitled   automatic, entitled   either, stranger
  accepted  accepted           accepted              accepted
  relayed   relayed            relayed               relayed
  sent      sent               sent                  accepted
  stored    stored             stored                accepted
  failed    failed             failed                failed
  lost      lost               lost                  accepted
  expired   expired            expired               accepted
  acked     accepted           delivered             accepted
  received  delivered          delivered             accepted
  displayed displayed          displayed             accepted
  approved  confirmed          confirmed             accepted`;

const rows = LEARNS.trim()
  .split('\n')
  .slice(1)
  .map((row) => {
    const [kind = '', client = '', automatic = '', stranger = ''] = row.trim().split(/ +/);
    return { kind: kind as FactKind, client, automatic, stranger };
  });

test('the table names every fact', () => {
  expect(rows.map(({ kind }) => kind).toSorted()).toEqual(FACT_KINDS.toSorted());
});

describe.each(rows)('after $kind', ({ kind, client, automatic, stranger }) => {
  const facts = kind === 'accepted' ? [accepted()] : [accepted(), fact(kind, 1)];

  test(`the policy client tells ${client}`, () => {
    expect(told(disclose(facts, 'client', 'entitled'))).toBe(client);
  });

  test(`the policy automatic tells ${automatic}`, () => {
    expect(told(disclose(facts, 'automatic', 'entitled'))).toBe(automatic);
  });

  test(`a stranger learns ${stranger}`, () => {
    expect(told(disclose(facts, 'client', 'stranger'))).toBe(stranger);
    expect(told(disclose(facts, 'automatic', 'stranger'))).toBe(stranger);
  });
});

describe('why less is told than we know', () => {
  test('the recipient leaves it to the client', () => {
    const disclosed = disclose([accepted(), fact('acked', 1)], 'client', 'entitled');
    expect(disclosed.withheld).toBe('left-to-the-client');
  });

  test('the sender may not see the presence', () => {
    const disclosed = disclose([accepted(), fact('stored', 1)], 'client', 'stranger');
    expect(disclosed.withheld).toBe('presence-not-shared');
  });

  test('nothing is held back', () => {
    expect(disclose([accepted()], 'client', 'stranger').withheld).toBeUndefined();
    expect(disclose([], 'client', 'stranger')).toEqual({ proofs: [] });
  });
});

describe('a message that is said to have come to nothing', () => {
  const NOT_ARRIVED = ['failed', 'lost', 'expired'] as const;
  const ELSEWHERE = ['sent', 'stored', 'acked', 'received', 'displayed', 'approved'] as const;
  const pairs = NOT_ARRIVED.flatMap((first) => ELSEWHERE.map((then) => ({ first, then })));

  test.each(pairs)('$first is no longer told after $then, whoever asks', ({ first, then }) => {
    const facts = [accepted(), fact(first, 1), fact(then, 2)];
    for (const policy of ['client', 'automatic'] as const)
      for (const entitlement of ['entitled', 'stranger'] as const)
        expect(statuses(disclose(facts, policy, entitlement))).not.toContain(first);
  });

  test('an acknowledgement that is told to nobody disproves a later bounce too', () => {
    const facts = [accepted(), fact('acked', 1), fact('failed', 2)];
    expect(statuses(disclose(facts, 'client', 'entitled'))).toEqual(['accepted']);
  });

  test('a bounce is told when the message went nowhere afterwards', () => {
    const facts = [accepted(), fact('sent', 1), fact('failed', 2), fact('lost', 3)];
    expect(told(disclose(facts, 'client', 'stranger'))).toBe('failed');
  });
});

describe('who may know', () => {
  const carol = 'carol@example.net' as BareJid;

  test.each<[Disclosure, string, boolean, string]>([
    ['subscribers', 'a subscriber', true, 'entitled'],
    ['subscribers', 'somebody of the own domain', false, 'stranger'],
    ['domain', 'a subscriber', true, 'entitled'],
    ['domain', 'somebody of the own domain', false, 'entitled'],
    ['everyone', 'anybody', false, 'entitled'],
  ])('%s: %s', (disclosure, _, maySee, expected) => {
    const life = lifeOf(accepted(0, { maySee }));
    expect(entitlementOf(keyOf('m1'), life, { ...RULES, disclosure })).toBe(expected);
  });

  test.each<[Disclosure, boolean, string]>([
    ['subscribers', true, 'entitled'],
    ['domain', true, 'entitled'],
    ['domain', false, 'stranger'],
    ['everyone', false, 'entitled'],
  ])('%s, from another domain, may see the presence: %s', (disclosure, maySee, expected) => {
    const life = lifeOf(accepted(0, { maySee }));
    const key = keyOf('m1', ALICE, carol);
    expect(entitlementOf(key, life, { ...RULES, disclosure })).toBe(expected);
  });

  test('where the server cannot know, nobody is entitled', () => {
    expect(entitlementOf(keyOf('m1'), lifeOf(fact('accepted', 0)), RULES)).toBe('stranger');
  });

  test("the recipient's own server knows better than the sender's", () => {
    const senders = { ...accepted(2), side: 'sender' } as const;
    const recipients = { ...accepted(1, { maySee: false }), side: 'recipient' } as const;
    expect(entitlementOf(keyOf('m1'), lifeOf(recipients, senders), RULES)).toBe('stranger');
  });

  test('the newest word counts', () => {
    const life = lifeOf(accepted(0), accepted(1, { maySee: false }));
    expect(entitlementOf(keyOf('m1'), life, RULES)).toBe('stranger');
  });
});

test('what a later marker covers is told as displayed', () => {
  const life = lifeOf(accepted(), fact('received', 1));
  const readUpTo = { position: life.startedAt + 1, at: life.startedAt + 2 };
  expect(told(disclosedTo(keyOf('m1'), life, { rules: RULES, readUpTo }))).toBe('displayed');
});

function told({ proofs }: Disclosed): string | undefined {
  return proofs.at(-1)?.status;
}

function statuses({ proofs }: Disclosed): readonly string[] {
  return proofs.map(({ status }) => status);
}

test('what one device acknowledged and another got from the store is not told as waiting', () => {
  const facts = [accepted(), fact('sent', 1), fact('acked', 2), fact('stored', 60)];
  expect(disclose(facts, 'client', 'entitled').proofs.at(-1)?.status).toBe('sent');
  const fetched = [accepted(), fact('stored', 1), fact('acked', 60)];
  expect(disclose(fetched, 'client', 'entitled').proofs.at(-1)?.status).toBe('stored');
});

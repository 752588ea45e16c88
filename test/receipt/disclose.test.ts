import { describe, expect, test } from 'vitest';
import type { FactKind } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { FACT_KINDS } from '../../src/message/kinds.ts';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import type { Consent } from '../../src/receipt/consent.ts';
import { type Disclosed, disclose, disclosedTo } from '../../src/receipt/disclose.ts';
import { type Entitlement, entitlementOf } from '../../src/receipt/entitlement.ts';
import type { Disclosure } from '../../src/receipt/rules.ts';
import { ALICE, accepted, DAY, fact, keyOf, lifeOf, RULES } from '../support/facts.ts';

const client: Consent = { policy: 'client', tellsDeclined: false };
const automatic: Consent = { policy: 'automatic', tellsDeclined: false };

/**
 * What the sender of a message learns at most, once it was accepted and this happened to it. Of two words the first is what
 * somebody learns whose recipient does not tell of a no, the second whose recipient does.
 */
const LEARNS: Readonly<Record<Entitlement, string>> = {
  entitled: `
                     client             automatic          manual             refuse
    accepted         accepted           accepted           accepted           accepted
    relayed          relayed            relayed            relayed            accepted
    sent             sent               sent               sent               accepted/declined
    stored           stored             stored             stored             accepted/declined
    kept             stored             stored             stored             accepted/declined
    failed           failed             failed             failed             failed
    lost             lost               lost               accepted           accepted
    gone             lost               lost               stored             accepted
    expired          expired            expired            accepted           accepted
    acked            accepted           delivered          accepted           accepted/declined
    received         delivered          delivered          accepted           accepted/declined
    displayed        displayed          displayed          accepted           accepted/declined
    received-stopped accepted           accepted           accepted           accepted/declined
    displayed-stopped accepted          accepted           accepted           accepted/declined
    approved         confirmed          confirmed          confirmed          accepted
    declined         accepted/declined  accepted/declined  accepted/declined  accepted/declined`,
  stranger: `
                     client             automatic          manual             refuse
    accepted         accepted           accepted           accepted           accepted
    relayed          relayed            relayed            relayed            accepted
    sent             accepted           accepted           accepted           accepted
    stored           accepted           accepted           accepted           accepted
    kept             accepted           accepted           accepted           accepted
    failed           failed             failed             failed             failed
    lost             accepted           accepted           accepted           accepted
    gone             accepted           accepted           accepted           accepted
    expired          accepted           accepted           accepted           accepted
    acked            accepted           accepted           accepted           accepted
    received         accepted           accepted           accepted           accepted
    displayed        accepted           accepted           accepted           accepted
    received-stopped accepted           accepted           accepted           accepted
    displayed-stopped accepted          accepted           accepted           accepted
    approved         confirmed          confirmed          confirmed          accepted
    declined         accepted/declined  accepted/declined  accepted/declined  accepted/declined`,
};

interface Row {
  readonly kind: FactKind;
  readonly isStopped: boolean;
  readonly cells: readonly { readonly policy: Policy; readonly word: string }[];
}

function rowsOf(table: string): readonly Row[] {
  const [policies = [], ...rows] = table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/ +/));
  return rows.map(([name = '', ...words]) => ({
    kind: name.replace('-stopped', '') as FactKind,
    isStopped: name.endsWith('-stopped'),
    cells: policies.map((policy, index) => ({
      policy: policy as Policy,
      word: words[index] ?? '',
    })),
  }));
}

describe.each(['entitled', 'stranger'] as const)('%s sender', (entitlement) => {
  const rows = rowsOf(LEARNS[entitlement]);

  test(`the table for a sender who is ${entitlement} names every fact and every policy`, () => {
    const kinds = rows.filter(({ isStopped }) => !isStopped).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(FACT_KINDS.toSorted());
    for (const { cells } of rows)
      expect(cells.map(({ policy }) => policy).toSorted()).toEqual(POLICIES.toSorted());
  });

  const cases = rows.flatMap(({ kind, isStopped, cells }) =>
    cells.flatMap(({ policy, word }) => {
      const [quiet = '', telling = quiet] = word.split('/');
      const about = { kind, isStopped, policy };
      return [
        { ...about, tellsDeclined: false, word: quiet },
        { ...about, tellsDeclined: true, word: telling },
      ];
    }),
  );

  test.each(cases)(
    `a sender who is ${entitlement} learns $word after $kind (stopped: $isStopped), under $policy (a no is told: $tellsDeclined)`,
    ({ kind, isStopped, policy, tellsDeclined, word }) => {
      const details = kind === 'gone' ? { shown: true as const } : {};
      const happened = fact(kind, 1, isStopped ? { withheld: true } : details);
      const before = kind === 'gone' ? [fact('stored', 0)] : [];
      const facts = [
        accepted(0, { policy }),
        ...before,
        ...(kind === 'accepted' ? [] : [happened]),
      ];
      expect(told(disclose(facts, { policy, tellsDeclined }, entitlement))).toBe(word);
    },
  );
});

describe('stopped answers', () => {
  const stopped = fact('received', 2, { withheld: true });

  test('an answer that was stopped hides nothing that is told without it', () => {
    for (const policy of ['client', 'automatic', 'manual'] as const) {
      const consent = { policy, tellsDeclined: false };
      expect(told(disclose([accepted(), fact('sent', 1), stopped], consent, 'entitled'))).toBe(
        'sent',
      );
    }
  });

  test('an answer that was let through is told although another was stopped', () => {
    const facts = [accepted(), stopped, fact('received', 3)];
    expect(told(disclose(facts, client, 'entitled'))).toBe('delivered');
  });

  test('delivered by the stream is told although an answer was stopped', () => {
    expect(told(disclose([accepted(), fact('acked', 1), stopped], automatic, 'entitled'))).toBe(
      'delivered',
    );
  });
});

describe('the policy refuse', () => {
  const refuse: Consent = { policy: 'refuse', tellsDeclined: true };
  const refused = accepted(0, { policy: 'refuse' });

  test('declined is not told of a message that came before the policy refuse', () => {
    const before = [accepted(), fact('sent', 1)];
    expect(told(disclose(before, refuse, 'entitled'))).toBe('accepted');
  });

  test('declined is not told of a message that was blocked, or went to another server', () => {
    expect(told(disclose([refused], refuse, 'entitled'))).toBe('accepted');
    expect(told(disclose([refused, fact('relayed', 1)], refuse, 'entitled'))).toBe('accepted');
  });

  test('declined is told of a message that arrived, and not of one that failed', () => {
    const bounced = [refused, fact('sent', 1), fact('failed', 2)];
    expect(statuses(disclose(bounced, refuse, 'entitled'))).toEqual(['accepted', 'failed']);
    const arrived = [...bounced, fact('acked', 3)];
    expect(statuses(disclose(arrived, refuse, 'entitled'))).toEqual(['accepted', 'declined']);
  });

  test('declined is told with the time of the message, whenever it arrived', () => {
    const soon = disclose([refused, fact('sent', 1)], refuse, 'entitled').proofs.at(-1);
    const late = disclose([refused, fact('stored', DAY)], refuse, 'entitled').proofs.at(-1);
    expect(soon?.at).toBe(refused.at);
    expect(late).toEqual(soon);
  });
});

describe('reasons to tell less', () => {
  test('the reason to tell less may be that it is left to the client', () => {
    const disclosed = disclose([accepted(), fact('acked', 1)], client, 'entitled');
    expect(disclosed.withheld).toBe('left-to-the-client');
  });

  test('the reason to tell less may be that the sender may not see the presence', () => {
    const disclosed = disclose([accepted(), fact('stored', 1)], client, 'stranger');
    expect(disclosed.withheld).toBe('presence-not-shared');
  });

  test.each(['manual', 'refuse'] as const)(
    'the reason to tell less may be that the recipient decides: %s',
    (policy) => {
      const facts = [accepted(), fact('acked', 1)];
      for (const entitlement of ['entitled', 'stranger'] as const) {
        const disclosed = disclose(facts, { policy, tellsDeclined: false }, entitlement);
        expect(disclosed.withheld).toBe('recipient-decides');
      }
    },
  );

  test('there is no reason to tell less where all is told', () => {
    expect(disclose([accepted()], client, 'stranger').withheld).toBeUndefined();
    expect(disclose([], client, 'stranger')).toEqual({ proofs: [] });
  });
});

describe('messages that arrived after all', () => {
  const NOT_ARRIVED = ['failed', 'lost', 'expired'] as const;
  const ELSEWHERE = ['sent', 'stored', 'acked', 'received', 'displayed', 'approved'] as const;
  const pairs = NOT_ARRIVED.flatMap((first) => ELSEWHERE.map((then) => ({ first, then })));

  test.each(pairs)(
    '$first is no longer told after $then, whoever the sender',
    ({ first, then }) => {
      const facts = [accepted(), fact(first, 1), fact(then, 2)];
      for (const policy of POLICIES)
        for (const entitlement of ['entitled', 'stranger'] as const)
          expect(
            statuses(disclose(facts, { policy, tellsDeclined: true }, entitlement)),
          ).not.toContain(first);
    },
  );

  test('failed is not told after an acknowledgement, also where that is told to nobody', () => {
    const facts = [accepted(), fact('acked', 1), fact('failed', 2)];
    expect(statuses(disclose(facts, client, 'entitled'))).toEqual(['accepted']);
  });

  test('failed is told when the message went nowhere afterwards', () => {
    const facts = [accepted(), fact('sent', 1), fact('failed', 2), fact('lost', 3)];
    expect(told(disclose(facts, client, 'stranger'))).toBe('failed');
  });
});

describe('senders who may know', () => {
  const carol = 'carol@example.net' as BareJid;

  test.each<[Disclosure, string, boolean, string]>([
    ['subscribers', 'a subscriber', true, 'entitled'],
    ['subscribers', 'somebody of the own domain', false, 'stranger'],
    ['domain', 'a subscriber', true, 'entitled'],
    ['domain', 'somebody of the own domain', false, 'entitled'],
    ['everyone', 'anybody', false, 'entitled'],
  ])('with disclosure to %s, %s of the same domain may know', (disclosure, _, maySee, expected) => {
    const life = lifeOf(accepted(0, { maySee }));
    expect(entitlementOf(keyOf('m1'), life, { ...RULES, disclosure })).toBe(expected);
  });

  test.each<[Disclosure, boolean, string]>([
    ['subscribers', true, 'entitled'],
    ['domain', true, 'entitled'],
    ['domain', false, 'stranger'],
    ['everyone', false, 'entitled'],
  ])(
    'with disclosure to %s, a sender of another domain who may see the presence (%s) is %s',
    (disclosure, maySee, expected) => {
      const life = lifeOf(accepted(0, { maySee }));
      const key = keyOf('m1', ALICE, carol);
      expect(entitlementOf(key, life, { ...RULES, disclosure })).toBe(expected);
    },
  );

  test('no sender is entitled where the server cannot know', () => {
    expect(entitlementOf(keyOf('m1'), lifeOf(fact('accepted', 0)), RULES)).toBe('stranger');
  });

  test('the word of the recipient’s server goes before that of the sender’s', () => {
    const senders = { ...accepted(2), side: 'sender' } as const;
    const recipients = { ...accepted(1, { maySee: false }), side: 'recipient' } as const;
    expect(entitlementOf(keyOf('m1'), lifeOf(recipients, senders), RULES)).toBe('stranger');
  });

  test('the newest word about the presence counts', () => {
    const life = lifeOf(accepted(0), accepted(1, { maySee: false }));
    expect(entitlementOf(keyOf('m1'), life, RULES)).toBe('stranger');
  });
});

test('a message that a later marker covers is told as displayed', () => {
  const life = lifeOf(accepted(), fact('received', 1));
  const readUpTo = { position: life.startedAt + 1, at: life.startedAt + 2 };
  expect(told(disclosedTo(keyOf('m1'), life, { rules: RULES, readUpTo, recipient: {} }))).toBe(
    'displayed',
  );
});

function told({ proofs }: Disclosed): string | undefined {
  return proofs.at(-1)?.status;
}

function statuses({ proofs }: Disclosed): readonly string[] {
  return proofs.map(({ status }) => status);
}

test('a message that one device acknowledged is not told as waiting for another', () => {
  const facts = [accepted(), fact('sent', 1), fact('acked', 2), fact('stored', 60)];
  expect(disclose(facts, client, 'entitled').proofs.at(-1)?.status).toBe('sent');
  const fetched = [accepted(), fact('stored', 1), fact('acked', 60)];
  expect(disclose(fetched, client, 'entitled').proofs.at(-1)?.status).toBe('stored');
});

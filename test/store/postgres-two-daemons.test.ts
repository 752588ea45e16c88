import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { type BareJid, domainOf } from '../../src/message/jid.ts';
import { keyText } from '../../src/message/key.ts';
import type { Policy } from '../../src/message/policy.ts';
import { BEFORE_ALL } from '../../src/store/contact-store.ts';
import type { Served } from '../../src/store/postgres/served.ts';
import { ALICE, accepted, BOB, fact, keyOf, SECOND } from '../support/facts.ts';
import { Postgres } from '../support/postgres.ts';
import { LENT_UNTIL } from './crash/acts.ts';
import { dieOf } from './crash/killed.ts';
import { judging, NOW } from './judging.ts';
import {
  BOB_THERE,
  CAROL_THERE,
  HERE,
  IN_A_MONTH,
  LATE,
  OneOfTwo,
  receiptsIn,
  THERE,
} from './two-daemons.ts';

let postgres: Postgres;
let address: string;
let here: OneOfTwo;
let there: OneOfTwo;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

beforeEach(async () => {
  address = await postgres.database();
  here = join(HERE);
  there = join(THERE);
});

function join(served: Served, upTo?: number): OneOfTwo {
  const daemon = new OneOfTwo(address, served, upTo);
  onTestFinished(() => daemon.store.close());
  return daemon;
}

function query(text: string): Promise<readonly unknown[]> {
  return postgres.query(new URL(address.replace('@/', '@localhost/')).pathname.slice(1), text);
}

/** A message from here to there, as each of the two servers sees it. */
const KEY = keyOf('m1', ALICE, BOB_THERE);
const SEEN_HERE: readonly Fact[] = [
  { ...accepted(), side: 'sender' },
  { ...fact('relayed', 1), side: 'sender' },
];
const SEEN_THERE: readonly Fact[] = [
  { ...accepted(2), side: 'recipient' },
  { ...fact('stored', 3), side: 'recipient' },
];

describe('two daemons with a component each on one database', () => {
  test.each(['the sender', 'the recipient'])(
    'make one record and one receipt of a message whose server of %s is heard first',
    async (first) => {
      const steps = [() => here.learn(KEY, ...SEEN_HERE), () => there.learn(KEY, ...SEEN_THERE)];
      for (const step of first === 'the sender' ? steps : steps.toReversed()) await step();
      const found = await here.store.records.find(KEY);
      expect(found?.tracked.record.facts).toHaveLength(4);
      expect(await there.store.records.find(KEY)).toEqual(found);
      await there.lookAgain();
      expect(await there.claimAll()).toEqual([]);
      expect(receiptsIn(await here.claimAll())).toEqual([`${ALICE} m1 stored`]);
    },
  );

  test('make one receipt of facts that both are told, also at the same time', async () => {
    const facts = [...SEEN_HERE, ...SEEN_THERE];
    await Promise.all([here, there, here, there].map((daemon) => daemon.learn(KEY, ...facts)));
    await there.lookAgain();
    expect(receiptsIn(await here.claimAll())).toEqual([`${ALICE} m1 stored`]);
    expect(await there.claimAll()).toEqual([]);
  });

  test('what one learns of a message whose server the other hears is handed on at once', async () => {
    await there.learn(KEY, ...SEEN_THERE);
    const later = await wakeOf('m1');
    expect(later).toBeGreaterThan(NOW + SECOND / 1000);
    await here.learn(KEY, ...SEEN_HERE);
    expect(await here.due()).toEqual([]);
    expect(await there.due(NOW)).toEqual([keyText(KEY)]);
    await there.lookAgain();
    expect(await there.due(NOW)).toEqual([]);
    expect(await wakeOf('m1')).toBe(later);
  });

  test('what waits for a grace comes due for the daemon that hears the server, when it leaps', async () => {
    const sent = { ...fact('sent', 3), side: 'recipient' } as const;
    await join(THERE, accepted().at).learn(KEY, ...SEEN_HERE, ...SEEN_THERE.slice(0, 1), sent);
    expect(await here.store.records.hasten(NOW, LATE.now, 10)).toBe(0);
    expect(await there.store.records.hasten(NOW, LATE.now, 10)).toBe(1);
    expect(await there.due(NOW)).toEqual([keyText(KEY)]);
  });

  test('messages from before are looked at by any of them, and then by the right one', async () => {
    await there.learn(KEY, ...SEEN_HERE, ...SEEN_THERE);
    await query("UPDATE messages SET server = ''");
    expect(await here.due()).toEqual([keyText(KEY)]);
    expect(await there.due()).toEqual([keyText(KEY)]);
    await here.lookAgain(IN_A_MONTH);
    expect(await here.due()).toEqual([]);
    expect(await there.due()).toEqual([keyText(KEY)]);
  });

  test('messages that sleeping sessions hold are looked through by the daemon of their server', async () => {
    const kept = [...SEEN_THERE, { ...fact('kept', 4), side: 'recipient' } as const];
    await there.learn(KEY, ...SEEN_HERE, ...kept);
    expect((await here.store.open.kept(undefined, 10)).keys).toEqual([]);
    expect((await there.store.open.kept(undefined, 10)).keys).toEqual([KEY]);
  });

  test('a daemon that is killed with receipts in hand is followed by one that sends the same parcels', async () => {
    await here.learn(keyOf('m1'), accepted(), fact('stored', 1));
    await here.learn(keyOf('m2'), accepted(), fact('stored', 1));
    await dieOf(address, 'claims', { transaction: 1, moment: 'after the commit' });
    const lent = (await query('SELECT DISTINCT parcel FROM outbox')) as { parcel: string }[];
    expect(lent).toHaveLength(1);
    const claim = { ...LATE, now: LENT_UNTIL };
    expect(await there.store.receipts.claim(claim)).toEqual([]);
    const next = join(HERE);
    expect(await next.store.receipts.claim({ ...claim, now: LENT_UNTIL - 1 })).toEqual([]);
    const parcels = await next.store.receipts.claim(claim);
    expect(parcels.map(({ id }) => id)).toEqual(lent.map(({ parcel }) => parcel));
    expect(receiptsIn(parcels)).toEqual([`${ALICE} m1 stored`, `${ALICE} m2 stored`]);
  });
});

describe('a message that its sender watches', () => {
  const within = { within: 60, until: 'displayed' } as const;
  const watchedHere = [{ ...accepted(0, within), side: 'sender' } as const];
  const watchedThere = [{ ...accepted(2, within), side: 'recipient' } as const];

  async function overdue(...steps: readonly (() => Promise<unknown>)[]): Promise<void> {
    for (const step of steps) await step();
    await Promise.all([here, there, here, there].map((daemon) => daemon.lookAtWatches()));
  }

  const heardBySender = () => here.learn(KEY, ...watchedHere);
  const heardByRecipient = () => there.learn(KEY, ...watchedThere);

  test.each(['the sender', 'the recipient'])(
    'brings one notice, by the daemon of the sender, if the server of %s is heard first',
    async (first) => {
      const steps = [heardBySender, heardByRecipient];
      await overdue(...(first === 'the sender' ? steps : steps.toReversed()));
      expect(await there.noticesAt(NOW)).toEqual([]);
      const notices = await Promise.all([here, here, here].map((daemon) => daemon.noticesAt(NOW)));
      expect(notices.flat()).toMatchObject([{ key: KEY, server: 'there.example' }]);
    },
  );

  test('brings none before all is known that its server saw up to then', async () => {
    there = join(THERE, accepted(59 * SECOND).at);
    await overdue(heardBySender, heardByRecipient);
    expect(await here.noticesAt(LATE.now)).toEqual([]);
  });

  test('brings one notice under one id, also if the first daemon dies that claims it', async () => {
    await overdue(heardBySender, heardByRecipient);
    await dieOf(address, 'claims notices', { transaction: 1, moment: 'after the commit' });
    const [lent] = (await query('SELECT notice FROM watches')) as { notice: string }[];
    const next = join(HERE);
    expect(await next.noticesAt(LENT_UNTIL - 1)).toEqual([]);
    expect(await there.noticesAt(LENT_UNTIL)).toEqual([]);
    const notices = await Promise.all([next, here].map((daemon) => daemon.noticesAt(LENT_UNTIL)));
    expect(notices.flat()).toMatchObject([{ notice: lent?.notice }]);
  });

  test('is reminded of once, by the daemon of the recipient', async () => {
    await overdue(heardBySender, heardByRecipient);
    const [watch] = await here.noticesAt(NOW);
    const order = { now: NOW, since: NOW, limit: 1 };
    expect(watch && (await here.store.reminders.order(watch, order))).toBe('ordered');
    expect(await here.store.reminders.ordered(HERE.domains, 10)).toEqual([]);
    const ordered = await there.store.reminders.ordered(THERE.domains, 10);
    expect(ordered).toMatchObject([{ key: KEY }]);
    const takers = [there, join(THERE), here].map(({ store }) => store.reminders);
    const taken = await Promise.all(
      takers.flatMap((reminders) => ordered.map((it) => reminders.take(it))),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});

describe('what is due is lent to one of them, and all of it', () => {
  /** Enough people that each shard has some. */
  const PEOPLE = [...HERE.domains, ...THERE.domains].flatMap((domain) =>
    Array.from({ length: 12 }, (_, index) => `user${index}@${domain}` as BareJid),
  );
  const PAIRS = PEOPLE.map((sender, index) => {
    const recipient = PEOPLE[(index + 13) % PEOPLE.length] ?? sender;
    return keyOf(`m${index}`, sender, recipient);
  });

  async function choose(policy: Policy): Promise<void> {
    const change = () => ({ policy });
    for (const account of PEOPLE)
      await here.store.preferences.change(account, { change, now: NOW });
  }

  test('receipts go to the daemon of the sender', async () => {
    await there.learnAll(PAIRS, () => [accepted(), fact('failed', 1)]);
    await expectReceipts(here, HERE);
    await expectReceipts(there, THERE);
  });

  async function expectReceipts(daemon: OneOfTwo, { domains }: Served): Promise<void> {
    const own = PAIRS.filter(({ sender }) => domains.includes(domainOf(sender)));
    expect((await daemon.store.upkeep.backlog()).receipts).toBe(own.length);
    const receipts = receiptsIn(await daemon.claimAll());
    expect(receipts).toEqual(own.map(({ sender, id }) => `${sender} ${id} failed`).toSorted());
  }

  test('a message that waits is looked at by the daemon of the recipient', async () => {
    for (const daemon of [here, there])
      await daemon.learnAll(PAIRS, () => [accepted(), fact('sent', 1)]);
    await expectDue(here, HERE);
    await expectDue(there, THERE);
  });

  async function expectDue(daemon: OneOfTwo, { domains }: Served): Promise<void> {
    const own = PAIRS.filter(({ recipient }) => domains.includes(domainOf(recipient)));
    expect(await daemon.due()).toEqual(own.map(keyText).toSorted());
  }

  test('questions go to the daemon of the recipient', async () => {
    await choose('manual');
    await here.learnAll(PAIRS, () => [accepted(), fact('acked', 1)]);
    await expectAsked(here, HERE);
    await expectAsked(there, THERE);
  });

  async function expectAsked(daemon: OneOfTwo, { domains }: Served): Promise<void> {
    const own = PEOPLE.filter((account) => domains.includes(domainOf(account)));
    expect((await daemon.store.upkeep.backlog()).questions).toBe(own.length);
    const claim = { now: NOW, leaseUntil: NOW + 1000, dueUntil: NOW };
    const asked = await daemon.store.asking.claim({ ...claim, maxRecipients: 100, except: [] });
    expect(asked.map(({ recipient }) => recipient).toSorted()).toEqual(own.toSorted());
  }

  test('ticks go to the daemon of the recipient', async () => {
    await choose('automatic');
    for (const daemon of [here, there])
      await daemon.learnAll(PAIRS, () => [accepted(0, { token: 't' }), fact('acked', 1)]);
    const own = (served: Served) =>
      PAIRS.filter(({ recipient }) => served.domains.includes(domainOf(recipient))).length;
    expect(await here.store.upkeep.backlog()).toMatchObject({ ticks: own(HERE) });
    expect(await there.store.upkeep.backlog()).toMatchObject({ ticks: own(THERE) });
    const claim = { now: NOW, leaseUntil: NOW + 1000, limit: 100, domain: 'there.example' };
    expect(await there.store.ticks.claim(claim)).toHaveLength(own(THERE));
  });

  test('contacts are told by the daemon of the address that they have', async () => {
    const addressOf = ({ component }: Served) => `receipts@${component}` as BareJid;
    await here.store.contacts.add({ account: ALICE, address: addressOf(HERE) }, NOW);
    await there.store.contacts.add({ account: CAROL_THERE, address: addressOf(THERE) }, NOW);
    const accounts = async ({ store }: OneOfTwo) =>
      (await store.contacts.page(BEFORE_ALL, 10)).map(({ account }) => account);
    expect(await accounts(here)).toEqual([ALICE]);
    expect(await accounts(there)).toEqual([CAROL_THERE]);
  });

  test('what is old is removed whosever it is', async () => {
    await there.learn(keyOf('m1'), accepted(), fact('failed', 1));
    await query('UPDATE messages SET born = 1, position = 1');
    const limits = { now: NOW, unacceptedBefore: 0, maxUnaccepted: 10, questionsBefore: 0 };
    await there.store.upkeep.prune({ ...limits, before: NOW });
    expect(await here.store.records.find(keyOf('m1'))).toBeUndefined();
  });
});

describe('each component has versions of policies and a clock of its own', () => {
  const change = () => ({ policy: 'refuse' }) as const;

  test('a daemon that starts does not end the version that the other one gave its servers', async () => {
    const given = await here.store.preferences.version('example.org');
    await there.store.preferences.version('there.example');
    const { version } = await here.store.preferences.change(BOB, { change, now: NOW });
    expect(version.epoch).toBe(given.epoch);
    await join(THERE).store.preferences.version('there.example');
    expect(await here.store.preferences.version('example.org')).toEqual(version);
    const last = await here.store.preferences.lastNumberOf(given.epoch);
    expect(last).toBeGreaterThanOrEqual(version.number);
  });

  test('a daemon that starts ends the version of the one before it with the same component', async () => {
    const given = await here.store.preferences.version('example.org');
    const { version } = await here.store.preferences.change(BOB, { change, now: NOW });
    const next = join(HERE);
    expect((await next.store.preferences.version('example.org')).epoch).not.toBe(given.epoch);
    await there.store.preferences.change(BOB_THERE, { change, now: NOW });
    expect(await next.store.preferences.lastNumberOf(given.epoch)).toBe(version.number);
  });

  test('what a server enforces gives way to what was chosen since its own daemon started', async () => {
    await here.store.preferences.change(BOB, { change, now: NOW });
    await there.store.preferences.version('there.example');
    const enforced = [{ account: BOB, policies: { policy: 'client' } as const }];
    const merge = () => ({ policy: 'manual' }) as const;
    expect(await here.store.preferences.takeIn(enforced, { merge, now: NOW })).toEqual([]);
    expect(await here.store.preferences.get(BOB)).toEqual({ policy: 'refuse' });
  });

  test('the time of one daemon is not that of the other', async () => {
    await here.store.upkeep.keepClock({ seen: NOW, ahead: 5000 });
    expect(await there.store.upkeep.clock()).toBeUndefined();
    await there.store.upkeep.keepClock({ seen: NOW + 1, ahead: 0 });
    expect(await join(HERE).store.upkeep.clock()).toEqual({ seen: NOW, ahead: 5000 });
    await query("INSERT INTO clock (component, seen, ahead) VALUES ('', 7, 3)");
    expect(await join({ ...HERE, component: 'new.example' }).store.upkeep.clock()).toEqual({
      seen: 7,
      ahead: 3,
    });
  });
});

async function wakeOf(id: string): Promise<number | undefined> {
  const rows = await query(`SELECT wake FROM messages WHERE id = '${id}'`);
  return (rows as { wake: number }[])[0]?.wake;
}

test('a program that only looks is lent nothing', async () => {
  await here.store.records.update([{ key: KEY, facts: SEEN_HERE }], judging());
  const looking = join({ component: '', domains: [] });
  expect(await looking.claimAll()).toEqual([]);
  expect(await looking.due()).toEqual([]);
  expect(await looking.store.records.find(KEY)).toBeDefined();
});

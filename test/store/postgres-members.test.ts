import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { claimStore, lockStore } from '../../src/store/locking.ts';
import type { Member } from '../../src/store/members.ts';
import type { StoreClaim } from '../../src/store/store-lock.ts';
import { Postgres } from '../support/postgres.ts';

const SETTINGS: Member['settings'] = {
  'policy.default': 'client',
  'policy.locked': false,
  'policy.tellDeclined': false,
  disclosure: 'subscribers',
  'receipts.statuses': ['stored', 'failed'],
  'receipts.graceMs': 5000,
  'receipts.text': false,
  'receipts.textStatuses': ['failed'],
  'receipts.textStoredAfterMs': 120_000,
  'receipts.expireAfterMs': 1000,
  retentionDays: 30,
  'questions.expireAfterMs': 1000,
};

const HERE: Member = { component: 'receipts.here', domains: ['here.test'], settings: SETTINGS };
const THERE: Member = {
  component: 'receipts.there',
  domains: ['there.test', 'elsewhere.test'],
  settings: { ...SETTINGS, disclosure: 'everyone' },
};

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

test('daemons of one database see each other, with their domains, their settings and who stands by', async () => {
  const address = await postgres.database();
  const here = await served(address, HERE);
  const there = await served(address, THERE);
  const standby = claim(address, THERE);
  expect(await standby.take()).toMatchObject({ component: 'receipts.there' });
  await seenBy(here, (seen) => seen.some(({ standbys }) => standbys.length === 1));
  expect(here.members?.all).toMatchObject([
    { ...HERE, isServed: true, standbys: [] },
    { ...THERE, isServed: true, standbys: [expect.stringContaining(`:${process.pid}:`)] },
  ]);
  expect(Math.abs(here.members?.clockAheadMs ?? Number.NaN)).toBeLessThan(2000);
  await there.release();
});

test('one that has gone still counts until it is forgotten, and one that is served is not forgotten', async () => {
  const address = await postgres.database();
  const here = await served(address, HERE);
  await (await served(address, THERE)).release();
  await seenBy(here, (seen) => seen.some(({ isServed }) => !isServed));
  expect(here.members?.all).toMatchObject([HERE, { ...THERE, isServed: false }]);
  expect(await here.members?.forget('receipts.here')).toBe('served');
  expect(await here.members?.forget('receipts.nowhere')).toBe('unknown');
  expect(await here.members?.forget('receipts.there')).toBe('forgotten');
  expect(here.members?.all).toMatchObject([HERE]);
});

test('a domain of a daemon that lives is refused to another component, with a sentence that says whose it is', async () => {
  const address = await postgres.database();
  await served(address, THERE);
  const twice = claim(address, { ...HERE, domains: ['here.test', 'there.test'] });
  await expect(twice.take()).rejects.toThrow(
    /the users of there\.test are those of receipts\.there already, which another daemon \(host:process .*\) serves/,
  );
});

test('a component with the domains of one that has gone takes its place, or what it names of them', async () => {
  const address = await postgres.database();
  await (await served(address, THERE)).release();
  const part = { ...HERE, component: 'receipts.new', domains: ['there.test'] };
  const first = await served(address, part);
  const rest = { ...THERE, domains: ['elsewhere.test'] };
  expect(first.members?.all).toMatchObject([part, { ...rest, isServed: false }]);
  await first.release();
  const second = await served(address, { ...THERE, component: 'receipts.newest' });
  expect(second.members?.all.map(({ component }) => component)).toEqual(['receipts.newest']);
});

test('what a daemon has heard from its servers is seen by the others, and stays when it has gone', async () => {
  const address = await postgres.database();
  const here = await served(address, HERE);
  const there = await served(address, THERE);
  const heard = [
    { domain: 'there.test', completeUpTo: 1_795_338_025_465_001, hasSeveralNodes: true },
  ];
  there.members?.tell(() => heard);
  await seenBy(here, (seen) => seen.some((member) => member.heard.length > 0));
  await there.release();
  await seenBy(here, (seen) => seen.some(({ isServed }) => !isServed));
  expect(here.members?.all).toMatchObject([{ heard: [] }, { heard }]);
});

test('a daemon that has lost its component says no more what it has heard', async () => {
  const address = await postgres.database();
  const lost = await served(address, HERE);
  const name = new URL(address.replace('@/', '@localhost/')).pathname.slice(1);
  await postgres.query(name, "UPDATE leases SET until = now() - interval '1 ms'");
  await served(address, HERE);
  const heard = { domain: 'here.test', completeUpTo: 1, hasSeveralNodes: false };
  lost.members?.tell(() => [heard]);
  await lost.lost;
  const there = await served(address, THERE);
  expect(there.members?.all).toMatchObject([{ ...HERE, heard: [] }, THERE]);
});

test('a look at the server without a daemon makes no member', async () => {
  const address = await postgres.database();
  const look = await lockStore(address, 'receipts.here');
  await look.release();
  const there = await served(address, THERE);
  expect(there.members?.all).toMatchObject([THERE]);
});

function claim(address: string, member: Member): StoreClaim {
  const claimed = claimStore(address, member);
  onTestFinished(() => claimed.release());
  return claimed;
}

async function served(address: string, member: Member): Promise<StoreClaim> {
  const claimed = claim(address, member);
  expect(await claimed.take()).toBeUndefined();
  return claimed;
}

/** It looks with each sign of life. */
async function seenBy(
  { members }: StoreClaim,
  isSo: (seen: NonNullable<StoreClaim['members']>['all']) => boolean,
): Promise<void> {
  await vi.waitUntil(() => members !== undefined && isSo(members.all), { timeout: 30_000 });
}

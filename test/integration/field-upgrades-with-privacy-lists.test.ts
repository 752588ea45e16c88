import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { unpackFirstVersion } from '../support/first-version.ts';
import { comeHidden, type Hiding } from '../support/hiding.ts';
import { type Pair, startPair, type Versions } from '../support/pair.ts';
import { expectTold, toldAbout, waitForReceipt } from '../support/stage.ts';

// A recipient hides from one contact by a privacy list (XEP-0126), on Prosody by XEP-0186, while
// server and daemon are of two versions.

const HOST = 'old.test';
const MODULES = { modules: ['test_invisible'] };

let pair: Pair;
let lastName = 0;

beforeAll(unpackFirstVersion);

interface Friends {
  readonly alice: Client;
  readonly carol: Client;
  /** A bare JID. */
  readonly bob: string;
}

/** Bob sees, and is seen by, both of the others. */
async function newFriends(): Promise<Friends> {
  const name = ++lastName;
  const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((it) => `${it}${name}@${HOST}`) as [
    string,
    string,
    string,
  ];
  for (const jid of [alice, bob, carol]) await pair.server.register(jid);
  for (const friend of [alice, carol]) await pair.server.befriend(friend, bob);
  const [first, second] = [alice, carol].map((jid) => pair.enter(`${jid}/pc`, { acks: 'off' }));
  return { alice: await (first as Promise<Client>), carol: await (second as Promise<Client>), bob };
}

async function begin({ daemon, module }: Versions): Promise<void> {
  pair = await startPair(module, [{ name: HOST }], MODULES);
  await pair.startDaemon(daemon);
}

function hide({ alice, bob }: Friends, hiding: Hiding = 'invisible'): Promise<Client> {
  return comeHidden({ company: pair, kind: pair.server.kind, alice, bob }, hiding);
}

describe("the first daemon with today's module", () => {
  beforeAll(() => begin({ daemon: 'first', module: 'today' }));

  afterAll(() => pair?.dispose());

  test.each(['client', 'automatic', 'manual', 'refuse'])(
    'tells nothing to a contact who is hidden from, under %s',
    async (policy) => {
      const friends = await newFriends();
      const { alice, bob } = friends;
      const phone = await hide(friends);
      await say(phone, `policy ${policy}`);
      alice.ask(bob, 'm1');
      await phone.waitForMessage('m1');
      await expectTold(alice, 'm1', []);
      expect(ticksFor(alice, 'm1')).toEqual([]);
    },
  );

  test('tells a contact who is not hidden from as before', async () => {
    const friends = await newFriends();
    const phone = await hide(friends, 'directed unavailable');
    friends.carol.ask(friends.bob, 'c1');
    await phone.waitForMessage('c1');
    await waitForReceipt(friends.carol, 'c1', 'delivered');
  });
});

describe("today's daemon with the first module, which knows of no hiding", () => {
  beforeAll(() => begin({ daemon: 'today', module: 'first' }));

  afterAll(() => pair?.dispose());

  test('under refuse a contact who is hidden from is told nothing', async () => {
    const friends = await newFriends();
    const phone = await hide(friends);
    await say(phone, 'policy refuse');
    friends.alice.ask(friends.bob, 'm1');
    await phone.waitForMessage('m1');
    await expectTold(friends.alice, 'm1', []);
    expect(ticksFor(friends.alice, 'm1')).toEqual([]);
  });

  test('every message ends as delivered, and nothing is told twice', async () => {
    const friends = await newFriends();
    const phone = await hide(friends);
    for (const from of [friends.alice, friends.carol]) {
      from.ask(friends.bob, 'm1');
      await phone.waitForMessage('m1');
      await waitForReceipt(from, 'm1', 'delivered');
      const told = toldAbout(from, 'm1');
      expect(told.length).toBe(new Set(told).size);
    }
  });

  test('what hides is kept back from the moment when the server has the new module', async () => {
    const friends = await newFriends();
    await pair.leave();
    await pair.restartServer('today');
    const { bob } = friends;
    const alice = await pair.enter(friends.alice.jid, { acks: 'off' });
    const phone = await hide({ ...friends, alice });
    alice.ask(bob, 'm2');
    await phone.waitForMessage('m2');
    await expectTold(alice, 'm2', []);
    expect(ticksFor(alice, 'm2')).toEqual([]);
  });
});

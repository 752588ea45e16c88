import { copyFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { errorOf, resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { element } from '../../src/protocol/xml.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryPath } from '../store/place.ts';
import { ALICE, BOB, T0 } from '../support/facts.ts';
import { COMPONENT, onStage, type Scene } from '../support/scene.ts';

const CAROL = 'carol@example.org' as BareJid;

test('a server gets all policies that users chose, with what the operator decided', async () => {
  const store = storeAtHand();
  await choose(store, BOB, { policy: 'manual', exceptions: { 'x y@example.net': 'refuse' } });
  await choose(store, ALICE, { text: true });
  const scene = await onStage({ store, settings: { 'policy.default': 'automatic' } });
  await scene.pass(100);
  expect([...scene.policies.lines]).toEqual([[BOB, 'manual | refuse x%20y@example.net']]);
  expect(scene.policies.settings).toEqual({
    policy: 'automatic',
    locked: 'no',
    disclosure: 'subscribers',
  });
});

test('a server that has the policies gets only what changed, also when the link was down meanwhile', async () => {
  const store = storeAtHand();
  await choose(store, BOB, { policy: 'manual' });
  const scene = await onStage({ store });
  await scene.pass(100);
  scene.link.drop();
  await choose(store, CAROL, { policy: 'refuse' });
  await choose(store, BOB, {});
  scene.policies.taken.length = 0;
  await scene.connect();
  await scene.pass(100);
  expect(scene.policies.taken).toEqual([expect.stringMatching(/^since \w+:1: 2$/)]);
  expect([...scene.policies.lines]).toEqual([[CAROL, 'refuse']]);
});

test('a module that holds no policies, or those of another store, gets all of them', async () => {
  for (const held of ['', 'elsewhere:7', 'nonsense']) {
    const store = storeAtHand();
    await choose(store, BOB, { policy: 'manual' });
    const scene = await onStage({ store });
    scene.link.drop();
    scene.policies.version = held;
    scene.policies.taken.length = 0;
    await scene.connect();
    await scene.pass(100);
    expect(scene.policies.taken[0]).toBe('part 1: 1');
    expect([...scene.policies.lines]).toEqual([[BOB, 'manual']]);
  }
});

test('a module that holds another version than it said gets all policies', async () => {
  const store = storeAtHand();
  await choose(store, BOB, { policy: 'manual' });
  const scene = await onStage({ store });
  await scene.pass(100);
  const held = scene.policies.version;
  await choose(store, BOB, { policy: 'refuse' });
  scene.link.drop();
  const take = scene.policies.take.bind(scene.policies);
  scene.policies.take = (iq, policies) => {
    scene.policies.version = '';
    scene.policies.take = take;
    return take(iq, policies);
  };
  await scene.connect();
  await scene.pass(100);
  expect(scene.policies.version).not.toBe(held);
  expect([...scene.policies.lines]).toEqual([[BOB, 'refuse']]);
  expect(scene.complaints).toEqual([]);
  expect(scene.daemon.counters.all()).toEqual({});
});

test('many policies come in parts that a stanza can hold, one after the other', async () => {
  const store = storeAtHand();
  const users = Array.from({ length: 2500 }, (_, n) => `${'u'.repeat(40)}${n}@example.org`);
  for (const user of users) await choose(store, user as BareJid, { policy: 'refuse' });
  const scene = await onStage({ store });
  await scene.pass(500);
  expect(scene.policies.lines.size).toBe(2500);
  expect(scene.policies.taken.length).toBeGreaterThan(2);
  for (const iq of scene.link.sent) expect(String(iq).length).toBeLessThan(64 * 1024);
});

test('when the exceptions of a user are longer than a server takes the strictest holds there, and that is counted', async () => {
  const store = storeAtHand();
  const friends = Array.from({ length: 100 }, (_, n) => [`friend${n}@example.net`, 'manual']);
  const exceptions: NonNullable<Preferences['exceptions']> = Object.fromEntries(friends);
  await choose(store, BOB, { policy: 'client', exceptions });
  const scene = await onStage({ store });
  await scene.pass(100);
  expect(notSentIn(scene)).toEqual([]);
  scene.link.drop();
  scene.policies.version = '';
  scene.policies.lines.clear();
  scene.link.limit(2000);
  await scene.connect();
  await scene.pass(100);
  expect([...scene.policies.lines]).toEqual([[BOB, 'manual']]);
  expect(notSentIn(scene)).toEqual(['policies not sent: exceptions too long']);
});

describe('a server that holds policies which the store does not know', () => {
  /** The daemon comes to a module that holds these policies, under a version of another store. */
  async function meeting(store: Store, lines: Readonly<Record<string, string>>): Promise<Scene> {
    const scene = await onStage({ store });
    scene.link.drop();
    scene.policies.lines.clear();
    for (const [account, rest] of Object.entries(lines)) scene.policies.lines.set(account, rest);
    scene.policies.version = 'elsewhere:7';
    scene.policies.taken.length = 0;
    scene.lines.length = 0;
    return scene;
  }

  test('a new store takes all of them, and says so as an error', async () => {
    const lines = {
      [ALICE]: 'automatic',
      [BOB]: 'refuse | client x%20y@a.test',
      [CAROL]: 'manual',
    };
    const scene = await meeting(storeAtHand(), lines);
    await scene.connect();
    await scene.pass(500);
    expect(Object.fromEntries(scene.policies.lines)).toEqual(lines);
    expect(await scene.store.preferences.get(BOB)).toEqual({
      policy: 'refuse',
      exceptions: { 'x y@a.test': 'client' },
    });
    expect(scene.complaints[0]).toMatch(
      /^example.org holds policies that this store does not know/,
    );
    expect(scene.complaints[0]).toContain('Of 3 accounts 3 were taken');
    scene.lines.length = 0;
    scene.link.drop();
    await scene.connect();
    await scene.pass(500);
    expect(scene.complaints).toEqual([]);
  });

  test('of what both know the stricter holds; what was chosen since the start is newest', async () => {
    const path = await temporaryPath();
    const before = openStore(`sqlite:${path}`);
    await choose(before, ALICE, { policy: 'refuse' });
    await choose(before, BOB, { policy: 'automatic', language: 'zh' });
    await before.close();
    const store = openStore(`sqlite:${path}`);
    const scene = await meeting(store, { [ALICE]: 'client', [BOB]: 'manual', [CAROL]: 'refuse' });
    await choose(store, CAROL, { policy: 'client' });
    await scene.connect();
    await scene.pass(500);
    expect(Object.fromEntries(scene.policies.lines)).toEqual({
      [ALICE]: 'refuse',
      [BOB]: 'manual',
      [CAROL]: 'client',
    });
    expect(await store.preferences.get(BOB)).toEqual({ policy: 'manual', language: 'zh' });
  });

  test('of a module that cannot tell them nothing is replaced, and the error says what to do', async () => {
    const scene = await meeting(storeAtHand(), { [BOB]: 'refuse' });
    scene.module.gives = '';
    await scene.connect();
    await scene.pass(200_000);
    expect(Object.fromEntries(scene.policies.lines)).toEqual({ [BOB]: 'refuse' });
    expect(scene.policies.taken).toEqual([]);
    expect(scene.complaints).toEqual([expect.stringMatching(/Update mod_receipts on that server/)]);
    expect(notSentIn(scene)).toEqual(['policies not sent: module cannot tell its own']);
    await scene.say(
      `<message from='${CAROL}/x' to='receipts@${COMPONENT}' type='chat'><body>policy refuse</body></message>`,
    );
    await scene.pass(100);
    expect(String(scene.messages.at(-1))).toContain('Saved. It will hold as soon as');
  });

  test('policies that this version cannot read stay in force', async () => {
    const scene = await meeting(storeAtHand(), { [BOB]: 'refuse', [CAROL]: 'whisper' });
    await scene.connect();
    await scene.pass(500);
    expect(scene.policies.lines.get(CAROL)).toBe('whisper');
    expect(scene.policies.taken).toEqual([]);
    expect(scene.complaints).toEqual([expect.stringMatching(/this version cannot read/)]);
    expect(notSentIn(scene)).toEqual(['policies not sent: not readable']);
  });

  test('of a module that answers by an error when it is asked for them nothing is replaced', async () => {
    const scene = await meeting(storeAtHand(), { [BOB]: 'refuse' });
    scene.policies.tell = (iq) =>
      errorOf(iq, { type: 'cancel', condition: 'feature-not-implemented' });
    await scene.connect();
    await scene.pass(500);
    expect(scene.policies.taken).toEqual([]);
    expect(scene.complaints).toEqual([expect.stringMatching(/does not tell the policies/)]);
    expect(notSentIn(scene)).toEqual(['policies not sent: module did not tell its own']);
  });

  test('a version that a newer start of the same store gave out is not known to an older copy', async () => {
    const path = await temporaryPath();
    const first = openStore(`sqlite:${path}`);
    await choose(first, BOB, { policy: 'manual' });
    await first.close();
    await copyFile(path, `${path}.copy`);
    const scene = await onStage({ store: openStore(`sqlite:${path}`) });
    await choose(scene.store, BOB, { policy: 'refuse' });
    scene.link.drop();
    await scene.connect();
    await scene.pass(500);
    const copy = openStore(`sqlite:${path}.copy`);
    // Its numbers have come as far as those of the store that went on.
    await choose(copy, CAROL, { policy: 'client' });
    await choose(copy, ALICE, { policy: 'client' });
    const after = await onStage({ store: copy });
    after.link.drop();
    after.policies.version = scene.policies.version;
    after.policies.lines.clear();
    after.policies.lines.set(BOB, 'refuse');
    await after.connect();
    await after.pass(500);
    expect(after.policies.lines.get(BOB)).toBe('refuse');
    expect(after.policies.lines.size).toBe(3);
  });
});

test('settings that the operator changed are sent although no user changed a policy', async () => {
  const store = storeAtHand();
  await choose(store, BOB, { policy: 'manual' });
  const before = await onStage({ store });
  await before.pass(100);
  const settings = { 'policy.locked': 'true', 'policy.default': 'refuse' };
  const after = await onStage({ store, settings });
  after.link.drop();
  after.policies.version = before.policies.version;
  after.policies.settings = before.policies.settings;
  await after.connect();
  await after.pass(100);
  expect(after.policies.settings).toMatchObject({ policy: 'refuse', locked: 'yes' });
});

test('no policies are sent to a module that cannot enforce them', async () => {
  const store = storeAtHand();
  await choose(store, BOB, { policy: 'manual' });
  const scene = await onStage({ store });
  scene.link.drop();
  scene.module.enforces = '';
  scene.policies.taken.length = 0;
  await scene.connect();
  await scene.pass(100);
  expect(scene.policies.taken).toEqual([]);
});

test('a server of several nodes gets the policies, and no change is confirmed to a user', async () => {
  const scene = await onStage({ store: storeAtHand() });
  await scene.pass(100);
  expect(await answerTo(scene, 'policy refuse')).toContain(CONFIRMED);
  Object.assign(scene.module, { enforces: '', nodes: 2 });
  await scene.pass(60_000);
  const answer = await answerTo(scene, 'policy manual');
  expect(answer).toContain('cannot promise');
  expect(answer).not.toContain(CONFIRMED);
  expect([...scene.policies.lines]).toEqual([[BOB, 'manual']]);
  expect(scene.complaints).toEqual([expect.stringMatching(/a cluster of 2 nodes/)]);
  Object.assign(scene.module, { enforces: 'policies deliver', nodes: 1 });
  await scene.pass(60_000);
  expect(await answerTo(scene, 'policy client')).toContain(CONFIRMED);
});

test('a module that stops enforcing policies while it is connected confirms none from then on', async () => {
  const scene = await onStage({ store: storeAtHand() });
  await scene.pass(100);
  scene.module.enforces = '';
  await scene.pass(60_000);
  expect(await answerTo(scene, 'policy refuse')).not.toContain(CONFIRMED);
  expect([...scene.policies.lines]).toEqual([]);
});

test('the policy of a deleted account is forgotten here and at the server', async () => {
  const store = storeAtHand();
  await choose(store, BOB, { policy: 'manual' });
  const scene = await onStage({ store });
  await scene.pass(100);
  await scene.feed([`deleted\t${scene.now + 1000}\t${BOB}`]);
  await scene.pass(100);
  expect([...scene.policies.lines]).toEqual([]);
  expect(await store.preferences.get(BOB)).toEqual({});
});

function notSentIn({ daemon }: Scene): readonly string[] {
  return Object.keys(daemon.counters.all()).filter((name) => name.startsWith('policies not sent'));
}

const CONFIRMED = 'From now on this holds.';

async function answerTo(scene: Scene, text: string): Promise<string> {
  const before = scene.messages.length;
  const bot = 'receipts@receipts.example.org';
  const said = scene.say(
    `<message type='chat' from='${BOB}/phone' to='${bot}'><body>${text}</body></message>`,
  );
  await scene.pass(4000);
  await said;
  return String(scene.messages[before]?.getChild('body')?.getText());
}

function storeAtHand(): Store {
  return openStore('sqlite::memory:');
}

async function choose(store: Store, account: BareJid, preferences: Preferences): Promise<void> {
  await store.preferences.change(account, { change: () => preferences, now: T0 / 1000 });
}

describe('a module that tells its policies without an end', () => {
  test.each([
    ['parts that hold nothing', () => ''],
    ['parts that are never the last', (part: number) => longPart(part)],
  ])('is asked no more after too many, and nothing is replaced there: %s', async (_, textOf) => {
    const scene = await onStage();
    scene.link.drop();
    let asked = 0;
    scene.policies.version = 'elsewhere:7';
    scene.policies.taken.length = 0;
    scene.policies.tell = (iq, { attrs }) => {
      asked += 1;
      const about = { xmlns: NS.feed, part: attrs['part'], last: 'no', version: 'elsewhere:7' };
      return resultOf(iq, element('policies', about, textOf(asked)));
    };
    await scene.connect();
    for (let before = -1; before < asked; ) {
      before = asked;
      await scene.pass(100);
      if (asked > 10_000) throw new Error('asked without an end');
    }
    expect(asked).toBe(2000);
    expect(scene.policies.taken).toEqual([]);
    expect(scene.complaints).toEqual([expect.stringMatching(/without an end/)]);
    const counts = scene.daemon.counters.all();
    expect(counts['policies not sent: module tells its own without end']).toBe(1);
  });
});

/** As long as a part may be. */
function longPart(part: number): string {
  const line = (n: number) => `${'x'.repeat(200)}${n}@example.org\trefuse`;
  return Array.from({ length: 270 }, (_, n) => line(part * 270 + n)).join('\n');
}

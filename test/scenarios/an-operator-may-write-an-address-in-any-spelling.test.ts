import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const HOST = 'bücher.test';
const ANN = `ann@${HOST}` as BareJid;

const SPELLINGS = [
  ANN,
  'ann@xn--bcher-kva.test',
  'ANN@BÜCHER.TEST',
  'ANN@XN--BCHER-KVA.TEST',
  'ａｎｎ@ｂücher.test',
  'ａｎｎ＠ｂücher．ｔｅｓｔ',
  'ann@bu\u0308cher.test.',
].map((address) => address as BareJid);

/** Ann has a policy, has sent Bob a message, and waits for the receipt. */
async function onAnnsStage(): Promise<Scene> {
  const scene = await onStage({ settings: { domains: `${HOST},example.org` } });
  const policy = 'automatic';
  await scene.store.preferences.change(ANN, { change: () => ({ policy }), now: 1 });
  scene.answersPings = false;
  const news = [accepted(), fact('stored', 1)];
  await scene.report(keyOf('m1', ANN), ...news);
  await scene.report(keyOf('m2', BOB, ANN), ...news);
  await scene.pass(10);
  return scene;
}

test.each(SPELLINGS)('show finds the messages from and to %s', async (address) => {
  const { operator } = (await onAnnsStage()).daemon;
  expect((await operator.timeline(keyOf('m1', address)))?.key).toEqual(keyOf('m1', ANN));
  expect((await operator.timeline(keyOf('m2', BOB, address)))?.key).toEqual(keyOf('m2', BOB, ANN));
  const wanted = { sender: address, recipient: undefined, limit: 10 };
  expect(await operator.lastMessages(wanted)).toMatchObject([{ key: keyOf('m1', ANN) }]);
  const toAnn = { sender: BOB, recipient: address, limit: 10 };
  expect(await operator.lastMessages(toAnn)).toMatchObject([{ key: keyOf('m2', BOB, ANN) }]);
});

test.each(SPELLINGS)(
  'the policy of %s is got and set, and named in the plain spelling',
  async (address) => {
    const scene = await onAnnsStage();
    const { operator } = scene.daemon;
    expect(await operator.policyOf(address)).toMatchObject({
      account: ANN,
      policy: { policy: 'automatic', isOwn: true },
    });
    const done = await operator.setPolicy({ user: address, contact: undefined, policy: 'refuse' });
    expect(done).toMatchObject({ account: ANN, reply: { policy: 'refuse' } });
    expect(await scene.store.preferences.get(ANN)).toMatchObject({ policy: 'refuse' });
  },
);

test.each(SPELLINGS)(
  'a policy for the contact %s is kept as for the plain spelling',
  async (address) => {
    const scene = await onAnnsStage();
    await scene.daemon.operator.setPolicy({ user: BOB, contact: address, policy: 'refuse' });
    const { exceptions } = await scene.store.preferences.get(BOB);
    expect({ exceptions }).toEqual({
      exceptions: { [ANN]: 'refuse', 'ann@xn--bcher-kva.test': 'refuse' },
    });
  },
);

test.each(SPELLINGS)('what waits for %s is shown', async (address) => {
  const { receipts } = await (await onAnnsStage()).daemon.operator.whatWaits(address, 10);
  expect(receipts).toMatchObject([{ key: keyOf('m1', ANN) }]);
});

test.each(SPELLINGS)('all that is kept of %s is exported', async (address) => {
  const { operator } = (await onAnnsStage()).daemon;
  expect(await operator.personOf(address)).toMatchObject({
    user: ANN,
    preferences: { policy: 'automatic' },
  });
  const ids: string[] = [];
  for await (const { key } of operator.messagesOf(address)) ids.push(key.id);
  expect(ids).toEqual(['m1', 'm2']);
});

test.each(SPELLINGS)('all that is kept of %s is removed', async (address) => {
  const scene = await onAnnsStage();
  const { operator } = scene.daemon;
  const order = { kind: 'person', user: address, andPolicy: true } as const;
  expect(await operator.whatGoes(order)).toEqual({ user: ANN, messages: 2, hasPolicy: true });
  expect(await operator.prune({ ...order, andPolicy: false })).toMatchObject({
    kind: 'refused',
    because: 'has-policy',
  });
  await operator.prune(order);
  expect(await scene.store.records.find(keyOf('m1', ANN))).toBeUndefined();
  expect(await scene.store.preferences.get(ANN)).toEqual({});
});

test.each(SPELLINGS)('tail hears what happens to %s', async (address) => {
  const scene = await onAnnsStage();
  const watching = scene.daemon.operator.watch(address);
  await scene.report(keyOf('m3', ANN), accepted());
  const heard = (await watching?.next()) ?? [];
  expect(heard.map(({ kind }) => kind)).toContain('fact');
  watching?.close();
});

test.each(SPELLINGS)('the search of the page finds the messages of %s', async (address) => {
  const { operator } = (await onAnnsStage()).daemon;
  expect(await operator.newestMessages(address, 10)).toHaveLength(2);
});

test.each(['xn--bcher-kva.test', 'BÜCHER.TEST'])(
  'the users of %s who have a policy are listed',
  async (domain) => {
    const { operator } = (await onAnnsStage()).daemon;
    const page = { domain, after: '', limit: 10 };
    expect(await operator.choosersOf(page)).toMatchObject([{ account: ANN }]);
  },
);

test('of an occupant of a room the nickname is left as it is written', async () => {
  const scene = await onAnnsStage();
  const room = `rooms@muc.${HOST}`;
  const facts = 'occupant 0 nick=Bob\taccepted 1795345200000000 type=chat side=both';
  await scene.feed([`message\tm4\t${ANN}\t${room}\t${facts}`], { from: HOST });
  const asked = keyOf('m4', ANN, 'ROOMS@MUC.BÜCHER.TEST/Bob' as BareJid);
  const found = await scene.daemon.operator.timeline(asked);
  expect(found?.key.recipient).toBe(`${room}/Bob`);
});

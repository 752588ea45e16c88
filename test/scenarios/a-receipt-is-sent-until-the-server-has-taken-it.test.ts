import { describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import { temporaryPath } from '../store/place.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

test('a receipt is never sent again once the ping behind it is answered', async () => {
  const scene = await onStage();
  await store(scene);
  const names = scene.link.sent.map((stanza) => stanza.getChildElements()[0]?.name);
  expect(names.filter((name) => name !== 'facts')).toEqual([
    'hello',
    'policies',
    'policies',
    'receipt',
    'ping',
  ]);
  scene.link.drop();
  await scene.connect();
  await scene.pass(120_000);
  expect(scene.messages).toHaveLength(1);
  expect(scene.daemon.counters.all()).toMatchObject({ 'receipts sent': 1 });
});

test('a receipt is sent again under the same id when the link drops before the ping is answered', async () => {
  const scene = await onStage();
  scene.answersPings = false;
  await store(scene);
  await scene.pass(5000);
  scene.link.drop();
  await scene.pass(1000);
  scene.answersPings = true;
  await scene.connect();
  await scene.pass(10_000);
  expect(idsOf(scene)).toHaveLength(2);
  expect(new Set(idsOf(scene)).size).toBe(1);
  await scene.pass(120_000);
  expect(idsOf(scene)).toHaveLength(2);
});

test('a receipt is sent again under the same id also when the link was down for longer than its lease', async () => {
  const scene = await onStage();
  scene.answersPings = false;
  await store(scene);
  scene.link.drop();
  await scene.pass(120_000);
  scene.answersPings = true;
  await scene.connect();
  await scene.pass(1000);
  expect(idsOf(scene)).toHaveLength(2);
  expect(new Set(idsOf(scene)).size).toBe(1);
});

test('a receipt is sent again to a server that does not answer, with all that was sent with it', async () => {
  const scene = await onStage();
  scene.answersPings = false;
  await store(scene);
  await scene.pass(32_000);
  expect(new Set(idsOf(scene)).size).toBe(1);
  expect(idsOf(scene)).toHaveLength(2);
});

test('an error for the ping is as good as its answer', async () => {
  const scene = await onStage();
  scene.link.answering = (iq) => {
    const { id, to: from, from: to } = iq.attrs;
    iq.attrs = { type: 'error', id, from, to };
    return iq;
  };
  await store(scene);
  await scene.pass(120_000);
  expect(idsOf(scene)).toHaveLength(1);
});

test('a receipt that becomes due while the link is down is sent when it is up again', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('sent', 0));
  scene.link.drop();
  await scene.pass(60_000);
  expect(scene.messages).toEqual([]);
  await scene.connect();
  await scene.pass(6000);
  expect(scene.told).toEqual(['m1 sent']);
});

test('a receipt that one daemon left is sent by the next one, under the same id', async () => {
  const path = await temporaryPath();
  const scene = await onStage({ store: openStore(`sqlite:${path}`) });
  scene.answersPings = false;
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  const [id] = idsOf(scene);
  await scene.daemon.stop();

  const next = await onStage({ store: openStore(`sqlite:${path}`) });
  await next.pass(120_000);
  expect(idsOf(next)).toEqual([id]);
});

describe('errors for receipts', () => {
  test('a receipt that comes back is sent again after five, ten and twenty seconds, under the same id', async () => {
    const scene = await onStage();
    await store(scene);
    for (const [returns, seconds] of [5, 10, 20].entries()) {
      await refuse(scene);
      await scene.pass(seconds * 1000 - 1000);
      expect(idsOf(scene)).toHaveLength(returns + 1);
      await scene.pass(2500);
      expect(idsOf(scene)).toHaveLength(returns + 2);
    }
    expect(new Set(idsOf(scene)).size).toBe(1);
    expect(scene.daemon.counters.all()).toMatchObject({
      'receipts refused: service-unavailable': 3,
    });
  });

  test('a receipt that comes back before the ping is answered is sent again as well', async () => {
    const scene = await onStage();
    const { answering } = scene.link;
    scene.link.answering = () => {
      scene.link.answering = answering;
      void refuse(scene).then(() => scene.pass(0));
      return undefined;
    };
    scene.answersPings = false;
    await store(scene);
    scene.answersPings = true;
    await scene.pass(4000);
    const before = idsOf(scene).length;
    await scene.pass(40_000);
    expect(idsOf(scene).length).toBeGreaterThan(before);
    expect(new Set(idsOf(scene)).size).toBe(1);
  });

  test('an error for a receipt is no fact about the message', async () => {
    const scene = await onStage();
    await store(scene);
    await refuse(scene);
    expect((await scene.store.records.find(keyOf('m1')))?.tracked.record.facts).toHaveLength(2);
  });

  test('an error for a stanza that we never sent does nothing', async () => {
    const scene = await onStage();
    await scene.say(
      `<message type='error' id='m1' from='alice@example.org' to='receipts.example.org'/>`,
    );
    await scene.say(`<message type='error' from='alice@example.org' to='receipts.example.org'/>`);
    await scene.pass(120_000);
    expect(scene.messages).toEqual([]);
    expect(scene.complaints).toEqual([]);
  });

  test.each([
    'mallory@example.org/pc',
    'bob@example.org/pc',
    'mallory@example.net/pc',
    'alice@example.net',
    'example.org',
  ])('an error for a receipt from %s, who is not its addressee, does nothing', async (from) => {
    const scene = await onStage();
    await store(scene);
    await refuse(scene, from);
    await scene.pass(120_000);
    expect(idsOf(scene)).toHaveLength(1);
    expect(Object.keys(scene.daemon.counters.all()).join()).not.toContain('receipts refused');
  });

  test('an error for a receipt counts if it comes from a device of its addressee', async () => {
    const scene = await onStage();
    await store(scene);
    await refuse(scene, 'alice@example.org/pc');
    await scene.pass(120_000);
    expect(idsOf(scene)).toHaveLength(2);
    expect(scene.daemon.counters.all()).toMatchObject({
      'receipts refused: service-unavailable': 1,
    });
  });

  test('a condition that no server knows makes no counter of its own', async () => {
    const scene = await onStage();
    await store(scene);
    await refuse(scene, 'alice@example.org', 'made-up');
    expect(scene.daemon.counters.all()).toMatchObject({ 'receipts refused: other': 1 });
  });
});

async function store(scene: Scene): Promise<void> {
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
}

async function refuse(
  scene: Scene,
  from = 'alice@example.org',
  condition = 'service-unavailable',
): Promise<void> {
  const id = idsOf(scene).at(-1);
  await scene.say(`
    <message type='error' id='${id}' from='${from}' to='receipts@receipts.example.org'>
      <receipt xmlns='xmpp-receipts:1' id='m1' status='stored'/>
      <error type='cancel'><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
    </message>`);
}

function idsOf(scene: Scene): readonly (string | undefined)[] {
  return scene.messages.map(({ attrs }) => attrs['id']);
}

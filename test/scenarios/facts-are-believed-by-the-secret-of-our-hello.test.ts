import { expect, test } from 'vitest';
import { conditionOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element } from '../../src/protocol/xml.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { COMPONENT, onStage, type Scene, SERVER } from '../support/scene.ts';

const LINES = [messageLine(keyOf('m1'), [accepted(), fact('stored', 1)])];

const hellosIn = (sent: readonly Element[]) =>
  sent.flatMap((iq) => child(iq, 'hello', NS.feed) ?? []);

/** The secret of the newest hello that was sent to that domain. */
function toldTo(domain: string, { link }: Scene): string | undefined {
  const hellos = hellosIn(link.sent.filter(({ attrs }) => attrs['to'] === domain));
  return hellos.at(-1)?.attrs['secret'];
}

async function withNewModule(): Promise<Scene> {
  const scene = await onStage();
  scene.module.repeatsSecret = true;
  await reconnect(scene);
  return scene;
}

async function reconnect(scene: Scene): Promise<void> {
  scene.link.drop();
  await scene.connect();
}

/** Anybody may have written it. */
const sayHello = (scene: Scene, attributes = '') =>
  scene.ask(
    `<iq type='get' from='${SERVER}' to='${COMPONENT}'><hello xmlns='${NS.feed}' version='1' ${attributes}/></iq>`,
  );

const outcome = (answer: Element) =>
  answer.attrs['type'] === 'result' ? 'taken' : conditionOf(answer);

test('facts with the secret of our hello are taken', async () => {
  const scene = await withNewModule();
  expect(outcome(await scene.feed(LINES, { secret: toldTo(SERVER, scene) }))).toBe('taken');
  expect(scene.complaints).toEqual([]);
});

test.each([undefined, '', 'guessed'])(
  'facts with the secret %j are refused for now, counted, and warned of once',
  async (secret) => {
    const scene = await withNewModule();
    for (let n = 0; n < 3; n += 1) {
      const answer = await scene.feed(LINES, { secret });
      expect(outcome(answer)).toBe('unexpected-request');
      expect(answer.getChild('error')?.attrs['type']).toBe('wait');
    }
    expect(await scene.store.records.find(keyOf('m1'))).toBeUndefined();
    expect(scene.daemon.counters.all()).toEqual({ 'batches refused: not believed': 3 });
    expect(scene.complaints).toEqual([expect.stringContaining('check_from: true')]);
  },
);

test('an older module, which repeats no secret, is believed once it has answered our hello', async () => {
  const scene = await onStage();
  expect(outcome(await scene.feed(LINES))).toBe('taken');
});

test('as long as nobody has answered our hello, facts without a secret wait', async () => {
  const scene = await onStage();
  scene.module.version = undefined;
  await reconnect(scene);
  expect(outcome(await scene.feed(LINES))).toBe('unexpected-request');
  scene.module.version = '1';
  await scene.pass(200);
  expect(outcome(await scene.feed(LINES))).toBe('taken');
});

test('a module that is updated while the stream stays is believed at once, and others no more', async () => {
  const scene = await onStage();
  scene.module.repeatsSecret = true;
  const answer = await sayHello(scene);
  const secret = child(answer, 'hello', NS.feed)?.attrs['secret'];
  expect(outcome(await scene.feed(LINES, { secret }))).toBe('taken');
  expect(outcome(await scene.feed(LINES))).toBe('unexpected-request');
});

test('a module that is put back to an older one is believed after it was asked', async () => {
  const scene = await withNewModule();
  scene.module.repeatsSecret = false;
  await sayHello(scene);
  await scene.pass(200);
  expect(outcome(await scene.feed(LINES))).toBe('taken');
});

test('each stream has a secret of its own, and that of the last one counts no more', async () => {
  const scene = await withNewModule();
  const former = toldTo(SERVER, scene);
  await reconnect(scene);
  expect(toldTo(SERVER, scene)).not.toBe(former);
  expect(outcome(await scene.feed(LINES, { secret: former }))).toBe('unexpected-request');
});

test('each domain is told a secret of its own', async () => {
  const scene = await onStage({ settings: { domains: 'example.org,example.net' } });
  expect(toldTo('example.net', scene)).not.toBe(toldTo(SERVER, scene));
});

test('forged hellos change nothing, and make us ask the server ten times a second at most', async () => {
  const scene = await withNewModule();
  const before = hellosIn(scene.link.sent).length;
  for (let n = 0; n < 100; n += 1) await sayHello(scene, "nodes='7' waiting='99'");
  await scene.pass(200);
  // Each is answered; this is about those that we began.
  expect(hellosIn(scene.link.sent).length - before - 100).toBeLessThanOrEqual(3);
  expect(scene.lines.map(({ msg }) => msg).join()).not.toContain('7 nodes');
  expect(outcome(await scene.feed(LINES, { secret: toldTo(SERVER, scene) }))).toBe('taken');
});

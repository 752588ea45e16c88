import { expect, test } from 'vitest';
import { errorOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element } from '../../src/protocol/xml.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const ASKED_AGAIN_MS = 60_000;
const SILENT_MS = 30_000;
const SOON_MS = 1000;

/** We have just asked the module, and it is replaced before it answers. */
async function askWhileItGoes(scene: Scene, answer: (iq: Element) => Element | undefined) {
  const usual = scene.link.answering;
  const asked: Element[] = [];
  scene.link.answering = (iq) => {
    if (child(iq, 'hello', NS.feed) === undefined) return usual(iq);
    asked.push(iq);
    return answer(iq);
  };
  await scene.pass(ASKED_AGAIN_MS);
  expect(asked).toHaveLength(1);
  scene.link.answering = usual;
}

async function expectToldSoon(scene: Scene): Promise<void> {
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.pass(SOON_MS);
  expect(scene.told).toEqual(['m1 stored']);
}

test('a module that was replaced before it answered is not silent, because the new one has spoken', async () => {
  const scene = await onStage();
  await askWhileItGoes(scene, () => undefined);
  await scene.greet();
  await scene.pass(SILENT_MS);
  expect(scene.complaints).toEqual([]);
  await expectToldSoon(scene);
});

test('a module that has spoken before the server said that there is none is asked again at once', async () => {
  const scene = await onStage();
  const late: Element[] = [];
  await askWhileItGoes(scene, (iq) => {
    late.push(errorOf(iq, { type: 'cancel', condition: 'service-unavailable' }));
    return undefined;
  });
  await scene.greet();
  for (const error of late) await scene.link.receive(error);
  await scene.pass(SOON_MS);
  await expectToldSoon(scene);
});

test('a module that says nothing at all is silent', async () => {
  const scene = await onStage();
  await askWhileItGoes(scene, () => undefined);
  await scene.pass(SILENT_MS);
  expect(scene.complaints.join()).toContain('does not answer');
});

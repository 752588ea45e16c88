import { expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { accepted, fact, keyOf, SECOND } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const FACTS = [accepted(0, { report: ['sent', 'delivered'] }), fact('sent', 1), fact('acked', 2)];

async function scene(): Promise<Scene> {
  return onStage({ settings: { 'policy.default': 'automatic' } });
}

async function told(...batches: readonly (readonly Fact[])[]): Promise<readonly string[]> {
  const stage = await scene();
  for (const facts of batches) await stage.report(keyOf('m1'), ...facts);
  await stage.pass(1000);
  return stage.told;
}

test('each named status is told once when all facts come together', async () => {
  expect(await told(FACTS)).toEqual(['m1 sent', 'm1 delivered']);
});

test('each named status is told once when the facts come one by one', async () => {
  expect(await told(...FACTS.map((it) => [it]))).toEqual(['m1 sent', 'm1 delivered']);
});

test('a named status is not told after a further one was told', async () => {
  const [first, , acked] = FACTS as [Fact, Fact, Fact];
  expect(await told([first, acked], [fact('sent', 1)])).toEqual(['m1 delivered']);
});

test('what was not named is not told, however long nothing else happens', async () => {
  const stage = await scene();
  await stage.report(keyOf('m1'), accepted(0, { report: ['displayed'] }), fact('stored', 1));
  await stage.pass(60 * (SECOND / 1000));
  expect(stage.told).toEqual([]);
});

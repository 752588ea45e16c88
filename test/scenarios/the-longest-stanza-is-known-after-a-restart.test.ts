import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { VERSION } from '../../src/telemetry/version.ts';
import { T0 } from '../support/facts.ts';
import { COMPONENT, onStage } from '../support/scene.ts';

const NOW = T0 / 1000;
const DAY_MS = 86_400_000;

test('what the server did not take is kept for the next start', async () => {
  const scene = await onStage();
  scene.link.limit(20_000);
  await scene.pass(1);
  expect(await scene.store.limits.get(COMPONENT)).toMatchObject({
    bytes: 20_000,
    version: VERSION,
  });
});

test.for([
  ['less than a day later', { at: NOW - DAY_MS + 1000 }, 20_000],
  ['a day later, when the operator may have raised it', { at: NOW - DAY_MS }, Infinity],
  ['by another version of the daemon', { version: '0.0.1' }, Infinity],
] as const)('the limit is known from the start: %s', async ([, changed, expected]) => {
  const store = await storeWith({ at: NOW, version: VERSION, ...changed });
  const scene = await onStage({ store });
  expect(scene.link.maxBytes).toBe(expected);
});

async function storeWith(kept: { at: number; version: string }): Promise<Store> {
  const store = openStore('sqlite::memory:');
  await store.limits.keep({ domain: COMPONENT, bytes: 20_000, ...kept });
  return store;
}

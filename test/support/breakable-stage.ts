import { openStore } from '../../src/store/open.ts';
import { BreakableStore } from './breakable-store.ts';
import { onStage, type Scene } from './scene.ts';
import type { Settings } from './settings.ts';

/** The whole daemon on a stage, over a store to which things happen. */
export async function onBreakableStage(
  settings: Settings = {},
): Promise<{ readonly scene: Scene; readonly breakable: BreakableStore }> {
  const breakable = new BreakableStore(openStore('sqlite::memory:'));
  return { scene: await onStage({ settings, store: breakable.store }), breakable };
}

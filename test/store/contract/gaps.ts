import { describe, expect, test } from 'vitest';
import { T0 } from '../../support/facts.ts';
import type { Subject } from './acts.ts';

/** Up to when servers have dropped facts. */
export function gapsContract({ current }: Subject): void {
  describe('gaps', () => {
    test('of the gaps of each server the newest is kept, in whatever order they come', async () => {
      const { upkeep } = current();
      expect(await upkeep.gaps()).toEqual([]);
      await upkeep.noteGap('example.org', T0 + 1);
      await upkeep.noteGap('example.org', T0);
      await upkeep.noteGap('example.net', T0 + 2);
      expect(new Map(await upkeep.gaps())).toEqual(
        new Map([
          ['example.org', T0 + 1],
          ['example.net', T0 + 2],
        ]),
      );
    });
  });
}

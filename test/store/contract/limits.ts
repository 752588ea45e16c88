import { describe, expect, test } from 'vitest';
import { NOW } from '../judging.ts';
import type { Subject } from './acts.ts';

/** How long a stanza servers take. */
export function limitsContract({ current }: Subject): void {
  describe('limits', () => {
    test('of each domain the last limit is kept', async () => {
      const { limits } = current();
      const first = { domain: 'a.example.org', bytes: 20_000, at: NOW, version: '1' };
      const other = { ...first, domain: 'b.example.org' };
      expect(await limits.get('a.example.org')).toBeUndefined();
      for (const limit of [first, other, { ...first, bytes: 10_000, at: NOW + 1 }])
        await limits.keep(limit);
      expect(await limits.get('a.example.org')).toEqual({ ...first, bytes: 10_000, at: NOW + 1 });
      expect(await limits.get('b.example.org')).toEqual(other);
    });
  });
}

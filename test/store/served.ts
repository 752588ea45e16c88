import type { Served } from '../../src/store/postgres/served.ts';

/** Whom the daemon of these tests works for. */
export const SERVED: Served = {
  component: 'receipts.example.org',
  domains: ['example.org', 'example.net', 'spam.example'],
};

import { expect, test } from 'vitest';
import { NS } from '../../src/protocol/namespaces.ts';
import { readDelivered, versionIn } from '../../src/protocol/server-orders.ts';
import { element } from '../../src/protocol/xml.ts';

const answer = (type: string, name: string) =>
  element('iq', { type }, element(name, { xmlns: NS.feed, version: 'v:1' }));

test('an error that repeats our order does not count as delivered', () => {
  expect(readDelivered(answer('error', 'deliver'))).toBeUndefined();
  expect(readDelivered(answer('result', 'deliver'))).toEqual({ delivered: 0, forbidden: 0 });
});

test('an error that repeats our policies does not count as a confirmation', () => {
  expect(versionIn(answer('error', 'policies'))).toBeUndefined();
  expect(versionIn(answer('result', 'policies'))).toBe('v:1');
});

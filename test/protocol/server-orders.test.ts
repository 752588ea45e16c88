import { expect, test } from 'vitest';
import { NS } from '../../src/protocol/namespaces.ts';
import { readDelivered, versionIn } from '../../src/protocol/server-orders.ts';
import { element } from '../../src/protocol/xml.ts';

const answer = (type: string, name: string) =>
  element('iq', { type }, element(name, { xmlns: NS.feed, version: 'v:1' }));

test('an error that repeats our order does not count as delivered', () => {
  expect(readDelivered(answer('error', 'deliver'))).toBeUndefined();
  const nothing = { delivered: 0, forbidden: new Map() };
  expect(readDelivered(answer('result', 'deliver'))).toEqual(nothing);
});

test.each([
  ['the reason of each line', '3', 'policy:2 blocked:1', { policy: 2, blocked: 1 }],
  ['nothing, if the module is an older one', '2', undefined, { 'not-told': 2 }],
  ['less than all', '3', 'bad-token:1 moon-is-full:2', { 'bad-token': 1, 'not-told': 2 }],
  ['more than all, which cannot be', '1', 'policy:7 blocked:1', { policy: 1 }],
  ['nonsense', '1', 'policy:-1 blocked policy:x :', { 'not-told': 1 }],
])('of forbidden ticks every line counts once where the module says %s', (...given) => {
  const [, forbidden, because, counts] = given;
  const attrs = { xmlns: NS.feed, delivered: '1', forbidden, because };
  const result = element('iq', { type: 'result' }, element('deliver', attrs));
  const read = new Map(Object.entries(counts));
  expect(readDelivered(result)).toEqual({ delivered: 1, forbidden: read });
});

test('an error that repeats our policies does not count as a confirmation', () => {
  expect(versionIn(answer('error', 'policies'))).toBeUndefined();
  expect(versionIn(answer('result', 'policies'))).toBe('v:1');
});

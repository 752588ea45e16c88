import { expect, it } from 'vitest';
import { readDelivered } from '../../src/protocol/deliver.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { versionIn } from '../../src/protocol/policies.ts';
import { element } from '../../src/protocol/xml.ts';

const answer = (type: string, name: string) =>
  element('iq', { type }, element(name, { xmlns: NS.feed, version: 'v:1' }));

it('an error that holds our order says nothing of ticks delivered', () => {
  expect(readDelivered(answer('error', 'deliver'))).toBeUndefined();
  expect(readDelivered(answer('result', 'deliver'))).toEqual({ delivered: 0, forbidden: 0 });
});

it('an error that holds our policies does not say that they are held', () => {
  expect(versionIn(answer('error', 'policies'))).toBeUndefined();
  expect(versionIn(answer('result', 'policies'))).toBe('v:1');
});

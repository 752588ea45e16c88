import { describe, expect, it } from 'vitest';
import { NS } from '../../src/protocol/namespaces.ts';
import { firstPage, readDelivered, versionIn } from '../../src/protocol/server-orders.ts';
import { element } from '../../src/protocol/xml.ts';

const answer = (type: string, name: string) =>
  element('iq', { type }, element(name, { xmlns: NS.feed, version: 'v:1' }));

it('an error that repeats our order does not count as delivered', () => {
  expect(readDelivered(answer('error', 'deliver'))).toBeUndefined();
  expect(readDelivered(answer('result', 'deliver'))).toEqual({ delivered: 0, forbidden: 0 });
});

it('an error that repeats our policies does not count as a confirmation', () => {
  expect(versionIn(answer('error', 'policies'))).toBeUndefined();
  expect(versionIn(answer('result', 'policies'))).toBe('v:1');
});

describe('a page of an order', () => {
  const pageOf = (...texts: readonly string[]) =>
    firstPage(texts, { textOf: (text) => text, maxBytes: 10 });

  it('a page of an order holds as many lines as fit, each with its line end', () => {
    expect(pageOf('aaaa', 'bbbb', 'c')).toEqual(['aaaa', 'bbbb']);
    expect(pageOf('aaaa', 'bbbbb')).toEqual(['aaaa']);
  });

  it('a page of an order counts bytes and not characters', () => {
    expect(pageOf('消息', '消息')).toEqual(['消息']);
  });

  it('a page of an order holds one line at least, so that a long one is sent at all', () => {
    expect(pageOf('a'.repeat(20), 'b')).toEqual(['a'.repeat(20)]);
  });

  it('a page of an order holds all lines if they fit, and none if there is none', () => {
    expect(pageOf('a', 'b')).toEqual(['a', 'b']);
    expect(pageOf()).toEqual([]);
  });
});

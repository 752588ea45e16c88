import xml from '@xmpp/xml';
import { isElement, Element as LtxElement } from 'ltx/lib/ltx.js';
import { expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { parseOne } from '../support/xml.ts';

test('there is one Element class, whoever makes or reads the element', () => {
  const made = [element('a', {}), xml('a', {}), new LtxElement('a'), parseOne('<a/>')];
  for (const one of made) {
    expect(isElement(one)).toBe(true);
    expect(Object.getPrototypeOf(one)).toBe(LtxElement.prototype);
  }
});

test('attributes that are undefined are left out', () => {
  expect(String(element('a', { b: undefined, c: 0 }))).toBe('<a c="0"/>');
});

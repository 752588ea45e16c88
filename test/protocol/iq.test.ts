import { describe, expect, test } from 'vitest';
import { conditionOf, errorOf, isRequest, resultOf } from '../../src/protocol/iq.ts';
import { parseOne as parse, treeOf } from '../support/xml.ts';

describe('answers', () => {
  const request = parse(`<iq type='get' id='q1' from='a@b/c' to='d'><x xmlns='y'/></iq>`);

  test('an answer goes back to where the request came from', () => {
    expect(treeOf(resultOf(request))).toEqual(
      treeOf(parse(`<iq type='result' id='q1' to='a@b/c' from='d'/>`)),
    );
  });

  test('an answer may be an error, with or without a text', () => {
    const error = errorOf(request, { type: 'wait', condition: 'conflict', text: 'later' });
    expect(conditionOf(error)).toBe('conflict');
    expect(error.getChild('error')?.getChild('text')?.getText()).toBe('later');
    expect(String(errorOf(request, { type: 'auth', condition: 'forbidden' }))).not.toContain(
      'text',
    );
  });

  test.each([
    [`<error><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text></error>`],
    [`<error><gone xmlns='else'/></error>`],
    [`<error/>`],
    [''],
  ])('an answer with the error %j has no condition that we know', (error) => {
    expect(conditionOf(parse(`<iq type='error'>${error}</iq>`))).toBe('undefined-condition');
  });

  test.each([
    ['<iq type="get"/>', true],
    ['<iq type="set"/>', true],
    ['<iq type="result"/>', false],
    ['<iq type="error"/>', false],
    ['<message type="get"/>', false],
  ])('the stanza %s waits for an answer: %s', (stanza, expected) => {
    expect(isRequest(parse(stanza))).toBe(expected);
  });
});

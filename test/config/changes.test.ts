import { describe, expect, test } from 'vitest';
import { changedOptions } from '../../src/config/changes.ts';
import { configWith, type Settings } from '../support/settings.ts';

describe('the options that changed', () => {
  test.each<[string, Settings, readonly string[]]>([
    ['none, if all is the same', {}, []],
    ['an option of a section', { 'receipts.graceMs': '1' }, ['receipts.graceMs']],
    ['a list', { domains: 'a.org,b.org' }, ['domains']],
    [
      'host and port by the one option that holds both',
      { 'component.server': 'a:1' },
      ['component.server'],
    ],
    ['the secret, by its name', { 'component.secret': 'other' }, ['component.secret']],
    [
      'where the API listens, which was not set before',
      {
        'http.listen': '127.0.0.1:8480',
        'http.token': '0123456789abcdef',
      },
      ['http.listen', 'http.names', 'http.token'],
    ],
  ])('%s', (_, settings, options) => {
    expect(changedOptions(configWith({}), configWith(settings))).toEqual(options);
    expect(changedOptions(configWith(settings), configWith({}))).toEqual(options);
  });
});

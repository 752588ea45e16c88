import { describe, expect, test } from 'vitest';
import { changedOptions } from '../../src/config/changes.ts';
import { configWith, type Settings } from '../support/settings.ts';

describe('when the settings are read again', () => {
  test.each<[string, Settings, readonly string[]]>([
    ['no option has changed if all is the same', {}, []],
    [
      'an option of a section is named with its section',
      { 'receipts.graceMs': '1' },
      ['receipts.graceMs'],
    ],
    ['a list of which any part changed is named', { domains: 'a.org,b.org' }, ['domains']],
    [
      'host and port are named by the one option that holds both',
      { 'component.server': 'a:1' },
      ['component.server'],
    ],
    [
      'a new secret is told by its name alone',
      { 'component.secret': 'other' },
      ['component.secret'],
    ],
    [
      'an API that was not there before is named with all its options',
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

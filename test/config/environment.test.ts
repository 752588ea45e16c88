import { beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { variableOf } from '../../src/config/environment.ts';
import { OPTIONS } from '../../src/config/options.ts';
import { complaintsOf, LEAST, load, useNewFolder, withOption } from './loading.ts';

beforeEach(useNewFolder);

const HTTP_TOKEN = '0123456789abcdef';

describe('every option', () => {
  /** The option, its value in the file, the same in the environment, and where it is found. */
  const cases: readonly (readonly [string, unknown, string, (config: Config) => unknown])[] = [
    ['component.domain', 'r.example.net', 'r.example.net', ({ component }) => component.domain],
    ['component.secret', 'other', 'other', ({ component }) => component.secret],
    [
      'component.server',
      '[::1]:5348',
      '[::1]:5348',
      ({ component: { host, port } }) => `[${host}]:${port}`,
    ],
    ['domains', ['a.example', 'b.example'], 'a.example, b.example', ({ domains }) => domains],
    ['store', 'sqlite::memory:', 'sqlite::memory:', ({ store }) => store],
    [
      'receipts.statuses',
      ['stored', 'failed'],
      'stored,failed',
      ({ receipts }) => receipts.statuses,
    ],
    ['receipts.graceMs', 0, '0', ({ receipts }) => receipts.graceMs],
    ['receipts.expireAfterMs', 1000, '1000', ({ receipts }) => receipts.expireAfterMs],
    ['receipts.maxPerMinute', 1, '1', ({ receipts }) => receipts.maxPerMinute],
    ['receipts.text', true, 'true', ({ receipts }) => receipts.text],
    ['receipts.textStatuses', ['lost'], 'lost', ({ receipts }) => receipts.textStatuses],
    ['receipts.textStoredAfterMs', 0, '0', ({ receipts }) => receipts.textStoredAfterMs],
    ['receipts.gatherTextMs', 0, '0', ({ receipts }) => receipts.gatherTextMs],
    ['policy.default', 'manual', 'manual', ({ policy }) => policy.default],
    ['policy.locked', true, 'true', ({ policy }) => policy.locked],
    ['policy.tellDeclined', true, 'true', ({ policy }) => policy.tellDeclined],
    ['watches.remindersPerHour', 0, '0', ({ watches }) => watches.remindersPerHour],
    ['questions.perHour', 1, '1', ({ questions }) => questions.perHour],
    ['questions.gatherMs', 0, '0', ({ questions }) => questions.gatherMs],
    ['questions.expireAfterMs', 1000, '1000', ({ questions }) => questions.expireAfterMs],
    ['commands.perMinute', 1, '1', ({ commands }) => commands.perMinute],
    ['admins', ['a@b.example', 'c@b.example'], 'a@b.example, c@b.example', ({ admins }) => admins],
    ['language', 'zh', 'zh', ({ language }) => language],
    ['disclosure', 'everyone', 'everyone', ({ disclosure }) => disclosure],
    ['retentionDays', 8, '8', ({ retentionDays }) => retentionDays],
    ['http.socket', '/run/r.sock', '/run/r.sock', ({ http }) => http.socket],
    ['log.level', 'debug', 'debug', ({ log }) => log.level],
    ['log.addresses', 'hidden', 'hidden', ({ log }) => log.addresses],
    ['log.format', 'text', 'text', ({ log }) => log.format],
  ];

  /** They are good only together. */
  const ofHttp = ['http.listen', 'http.token', 'http.names'];

  test('is tried by a test of this file', () => {
    const tried = [...cases.map(([option]) => option), ...ofHttp];
    const files = ['component.secretFile', 'http.tokenFile'];
    expect([...tried, ...files].toSorted()).toEqual(OPTIONS.map(({ name }) => name).toSorted());
  });

  test.each([
    ['the file', { ...LEAST, http: { listen: '[::1]:84', token: HTTP_TOKEN, names: ['a'] } }, {}],
    [
      'the environment',
      LEAST,
      {
        [variableOf('http.listen')]: '[::1]:84',
        [variableOf('http.token')]: HTTP_TOKEN,
        [variableOf('http.names')]: 'a',
      },
    ],
  ])('that http.listen needs comes from %s with it', (_, settings, environment) => {
    const listen = { host: '::1', port: 84, token: HTTP_TOKEN, names: ['a'] };
    expect(load(settings, environment).http.listen).toEqual(listen);
  });

  test.each(cases)('%s comes from the file', (option, value, _, read) => {
    expect(read(load(withOption(option, value)))).toEqual(value);
  });

  test.each(cases)(
    '%s comes from the environment, which wins over the file',
    (option, value, text, read) => {
      expect(read(load(LEAST, { [variableOf(option)]: text }))).toEqual(value);
    },
  );

  test('has an environment variable with its name', () => {
    expect(variableOf('component.secretFile')).toBe('XMPP_RECEIPTS_COMPONENT_SECRET_FILE');
    expect(variableOf('receipts.expireAfterMs')).toBe('XMPP_RECEIPTS_RECEIPTS_EXPIRE_AFTER_MS');
  });
});

describe('an environment variable that is no option is refused', () => {
  test('with its name, so that a misspelt one is found', () => {
    expect(complaintsOf(LEAST, { XMPP_RECEIPTS_GRACE_MS: '1' })).toEqual([
      'config: "XMPP_RECEIPTS_GRACE_MS" in the environment is not an option; docs/settings.md lists them all. Correct the name or unset it',
    ]);
  });

  test('together with everything else that is wrong', () => {
    const variables = { XMPP_RECEIPTS_A: '1', XMPP_RECEIPTS_B: '', HOME: '/root' };
    const complaints = complaintsOf({ ...LEAST, disclosure: 'x' }, variables);
    expect(complaints.map((line) => line.split('"')[1])).toEqual([
      'XMPP_RECEIPTS_A',
      'XMPP_RECEIPTS_B',
      'disclosure',
    ]);
  });

  test('without its value, which may be a secret', () => {
    const complaints = complaintsOf(LEAST, { XMPP_RECEIPTS_SECRET: 'h1dden' });
    expect(complaints.join('\n')).not.toContain('h1dden');
  });
});

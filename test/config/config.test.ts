import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { BadConfig, type Config, loadConfig } from '../../src/config/config.ts';
import { OPTIONS, variableOf } from '../../src/config/environment.ts';
import { settingsSchema } from '../../src/config/schema.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xmpp-receipts-config-'));
  return () => rmSync(folder, { recursive: true });
});

const DAY_MS = 86_400_000;

const LEAST = {
  component: { domain: 'receipts.example.org', secret: 's3cret' },
  domains: ['example.org'],
};

test('an option that is left out has the default of the schema', () => {
  const { component, store, ...rest } = settingsSchema.parse(LEAST);
  expect(component.server).toBe('127.0.0.1:5347');
  expect(store).toBe('sqlite:./receipts.db');
  expect(load(LEAST)).toEqual({
    ...rest,
    component: { domain: 'receipts.example.org', host: '127.0.0.1', port: 5347, secret: 's3cret' },
    store: `sqlite:${join(folder, 'receipts.db')}`,
  });
});

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
    ['receipts.gatherTextMs', 0, '0', ({ receipts }) => receipts.gatherTextMs],
    ['policy.default', 'manual', 'manual', ({ policy }) => policy.default],
    ['policy.locked', true, 'true', ({ policy }) => policy.locked],
    ['policy.tellDeclined', true, 'true', ({ policy }) => policy.tellDeclined],
    ['questions.perHour', 1, '1', ({ questions }) => questions.perHour],
    ['questions.gatherMs', 0, '0', ({ questions }) => questions.gatherMs],
    ['questions.expireAfterMs', 1000, '1000', ({ questions }) => questions.expireAfterMs],
    ['commands.perMinute', 1, '1', ({ commands }) => commands.perMinute],
    ['admins', ['a@b.example', 'c@b.example'], 'a@b.example, c@b.example', ({ admins }) => admins],
    ['language', 'zh', 'zh', ({ language }) => language],
    ['disclosure', 'everyone', 'everyone', ({ disclosure }) => disclosure],
    ['retentionDays', 8, '8', ({ retentionDays }) => retentionDays],
    ['log.level', 'debug', 'debug', ({ log }) => log.level],
    ['log.addresses', 'hidden', 'hidden', ({ log }) => log.addresses],
  ];

  test('every option is tried in this test', () => {
    const tried = cases.map(([option]) => option);
    expect([...tried, 'component.secretFile'].toSorted()).toEqual(Object.keys(OPTIONS).toSorted());
  });

  test.each(cases)('%s comes from the file', (option, value, _, read) => {
    expect(read(load(withOption(option, value)))).toEqual(value);
  });

  test.each(cases)(
    '%s comes from the environment, which counts for more',
    (option, value, text, read) => {
      expect(read(load(LEAST, { [variableOf(option)]: text }))).toEqual(value);
    },
  );

  test('every option has a variable that is named after it', () => {
    expect(variableOf('component.secretFile')).toBe('XMPP_RECEIPTS_COMPONENT_SECRET_FILE');
    expect(variableOf('receipts.expireAfterMs')).toBe('XMPP_RECEIPTS_RECEIPTS_EXPIRE_AFTER_MS');
  });
});

test('the environment alone is enough', () => {
  const config = loadConfig(undefined, {
    XMPP_RECEIPTS_COMPONENT_DOMAIN: 'receipts.example.org',
    XMPP_RECEIPTS_COMPONENT_SECRET: 's3cret',
    XMPP_RECEIPTS_DOMAINS: 'example.org',
    HOME: '/root',
  });
  expect(config).toMatchObject({
    domains: ['example.org'],
    store: `sqlite:${process.cwd()}/receipts.db`,
  });
});

describe('the file', () => {
  test('the file may have a section with nothing in it', () => {
    writeFileSync(
      join(folder, 'config.yaml'),
      `${stringify(LEAST)}receipts:\nlog:\n  # level: debug\n`,
    );
    expect(loadConfig(join(folder, 'config.yaml'), {})).toMatchObject({
      receipts: settingsSchema.parse(LEAST).receipts,
    });
  });

  test('a file with nothing in it lacks the options that have no default', () => {
    expect(complaintsOf(undefined)).toContain(
      'config: "component" must be a section with domain, server and secretFile, found nothing',
    );
  });

  test('a file that is not there is named', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'), {})).toThrow(
      /cannot read .*none\.yaml.*ENOENT/,
    );
  });

  test('a file that is no YAML is named', () => {
    writeFileSync(join(folder, 'config.yaml'), 'domains: [');
    expect(() => loadConfig(join(folder, 'config.yaml'), {})).toThrow(/cannot read .*config\.yaml/);
    writeFileSync(join(folder, 'config.yaml'), 'component:\n  secret: "s3cret\n  domain: x');
    expect(() => loadConfig(join(folder, 'config.yaml'), {})).not.toThrow('s3cret');
    expect(() => loadConfig(join(folder, 'config.yaml'), {})).toThrow(/at line \d+/);
  });

  test.each([['- a'], ['text'], ['7']])('a file that holds %j has no sections', (text) => {
    writeFileSync(join(folder, 'config.yaml'), text);
    expect(() => loadConfig(join(folder, 'config.yaml'), {})).toThrow(
      'config: "the file" must be a file of sections; docs/operating.md shows one',
    );
  });

  test('a domain in the file may have upper case, and is read in lower case', () => {
    const config = load(withOption('domains', ['Example.ORG']));
    expect(config.domains).toEqual(['example.org']);
  });
});

describe('values that cannot be used', () => {
  test.each<[string, unknown, string]>([
    ['component.domain', 'a b', 'must be a domain such as receipts.example.org, found "a b"'],
    [
      'component.domain',
      'user@example.org',
      'must be a domain such as receipts.example.org, found "user@example.org"',
    ],
    ['component.domain', 7, 'must be a domain such as receipts.example.org, found 7'],
    [
      'component.server',
      'localhost',
      'must be host:port of the component port, such as 127.0.0.1:5347, found "localhost"',
    ],
    [
      'component.server',
      '127.0.0.1:99999',
      'must be host:port of the component port, such as 127.0.0.1:5347, found "127.0.0.1:99999"',
    ],
    [
      'component.server',
      '127.0.0.1:0',
      'must be host:port of the component port, such as 127.0.0.1:5347, found "127.0.0.1:0"',
    ],
    ['component.secret', '', 'must be the text of the shared secret, found an empty text'],
    [
      'component.secret',
      31337,
      'must be the text of the shared secret, found a number; quotes make it a text',
    ],
    ['component', 'x', 'must be a section with domain, server and secretFile, found a text'],
    ['domains', [], 'must be a list of at least one user domain, found []'],
    [
      'domains',
      'example.org',
      'must be a list of the user domains whose servers run mod_receipts, found "example.org"',
    ],
    ['domains.0', 'a/b', 'must be a domain such as example.org, found "a/b"'],
    [
      'store',
      'mysql://db',
      'must be the address of a store, such as sqlite:./receipts.db, found "mysql://db"',
    ],
    ['receipts', 7, 'must be a section, found 7'],
    [
      'receipts.statuses',
      'stored',
      'must be a list of statuses (relayed, sent, stored, failed, lost, expired, delivered, displayed, declined, confirmed), found "stored"',
    ],
    [
      'receipts.statuses.0',
      'accepted',
      'must be one of relayed, sent, stored, failed, lost, expired, delivered, displayed, declined, confirmed, found "accepted"',
    ],
    ['receipts.graceMs', -1, 'must be a whole number of milliseconds, at least 0, found -1'],
    ['receipts.graceMs', 1.5, 'must be a whole number of milliseconds, at least 0, found 1.5'],
    [
      'receipts.graceMs',
      'soon',
      'must be a whole number of milliseconds, at least 0, found "soon"',
    ],
    [
      'receipts.expireAfterMs',
      999,
      'must be a whole number of milliseconds, at least 1000, found 999',
    ],
    [
      'receipts.maxPerMinute',
      0,
      'must be a whole number of stanzas for one sender, at least 1, found 0',
    ],
    ['receipts.text', 'yes', 'must be true or false, found "yes"'],
    ['receipts.gatherTextMs', -1, 'must be a whole number of milliseconds, at least 0, found -1'],
    ['policy.default', 'ask', 'must be one of refuse, manual, client, automatic, found "ask"'],
    ['policy.locked', 'yes', 'must be true or false, found "yes"'],
    ['policy.tellDeclined', 1, 'must be true or false, found 1'],
    [
      'questions.perHour',
      0,
      'must be a whole number of stanzas for one recipient, at least 1, found 0',
    ],
    [
      'questions.expireAfterMs',
      999,
      'must be a whole number of milliseconds, at least 1000, found 999',
    ],
    [
      'commands.perMinute',
      0,
      'must be a whole number of commands of one user, at least 1, found 0',
    ],
    ['admins', 'root', 'must be a list of addresses, found "root"'],
    ['admins.0', 'root', 'must be an address such as admin@example.org, found "root"'],
    ['language', 'fr', 'must be one of en, zh, found "fr"'],
    ['disclosure', 'nobody', 'must be one of subscribers, domain, everyone, found "nobody"'],
    ['retentionDays', 0, 'must be a whole number of days, at least 1, found 0'],
    [
      'log.level',
      'loud',
      'must be one of fatal, error, warn, info, debug, trace, silent, found "loud"',
    ],
    ['log.addresses', 'no', 'must be one of shown, hidden, found "no"'],
  ])('%s: %j', (option, value, complaint) => {
    expect(complaintsOf(withOption(option, value))).toEqual([`config: "${option}" ${complaint}`]);
  });

  test.each([
    [
      'domain',
      'component.domian',
      '"component.domian" is not an option; docs/operating.md lists them all',
    ],
    ['section', 'reciepts', '"reciepts" is not an option; docs/operating.md lists them all'],
  ])('an option that is unknown is named: %s', (_, option, complaint) => {
    expect(complaintsOf(withOption(option, 'x'))).toEqual([`config: ${complaint}`]);
  });

  test('all of it at once', () => {
    const settings = { ...LEAST, retentionDays: 0, disclosure: 'x', domains: undefined };
    expect(complaintsOf(settings)).toHaveLength(3);
  });

  test.each([
    [
      'XMPP_RECEIPTS_RECEIPTS_GRACE_MS',
      'soon',
      '"receipts.graceMs" must be a whole number of milliseconds, at least 0, found "soon"',
    ],
    [
      'XMPP_RECEIPTS_RECEIPTS_GRACE_MS',
      '',
      '"receipts.graceMs" must be a whole number of milliseconds, at least 0, found ""',
    ],
    ['XMPP_RECEIPTS_RECEIPTS_TEXT', '1', '"receipts.text" must be true or false, found "1"'],
    [
      'XMPP_RECEIPTS_DOMAINS',
      ' , ',
      '"domains" must be a list of at least one user domain, found []',
    ],
  ])(
    'a value in the environment that cannot be used is named: %s=%s',
    (variable, text, complaint) => {
      expect(complaintsOf(LEAST, { [variable]: text })).toEqual([`config: ${complaint}`]);
    },
  );

  test('a variable for an option in a section that is none is named', () => {
    const complaints = complaintsOf(withOption('receipts', [1]), {
      XMPP_RECEIPTS_RECEIPTS_TEXT: 'true',
    });
    expect(complaints).toEqual(['config: "receipts" must be a section, found [1]']);
  });
});

describe('settings that contradict each other', () => {
  test.each<[string, unknown, string]>([
    [
      'receipts.expireAfterMs',
      30 * DAY_MS + 1,
      '"receipts.expireAfterMs" must be at most 2592000000, because "retentionDays" keeps records for 30 days, found 2592000001: expire messages earlier or keep records longer',
    ],
    [
      'retentionDays',
      1,
      '"receipts.expireAfterMs" must be at most 86400000, because "retentionDays" keeps records for 1 day, found 604800000: expire messages earlier or keep records longer',
    ],
    [
      'domains',
      ['example.org', 'receipts.example.org'],
      '"domains" must be domains of users, found "receipts.example.org", which is "component.domain": take it out of the list',
    ],
    [
      'domains',
      ['example.org', 'example.net', 'Example.org'],
      '"domains" must have each domain once, found "example.org" 2 times: take out the others',
    ],
  ])('%s: %j', (option, value, complaint) => {
    expect(complaintsOf(withOption(option, value))).toEqual([`config: ${complaint}`]);
  });

  test('a message may expire in the very moment in which its record may go', () => {
    const config = load(withOption('receipts.expireAfterMs', 30 * DAY_MS));
    expect(config.receipts.expireAfterMs).toBe(30 * DAY_MS);
  });

  test('all of them at once', () => {
    const domains = ['receipts.example.org', 'a.example', 'a.example', 'b.example', 'b.example'];
    expect(complaintsOf({ ...LEAST, domains, retentionDays: 2 })).toHaveLength(4);
  });
});

describe('variables that are no option', () => {
  test('a variable that is no option is refused by its name, so that a misspelt one is found', () => {
    expect(complaintsOf(LEAST, { XMPP_RECEIPTS_GRACE_MS: '1' })).toEqual([
      'config: "XMPP_RECEIPTS_GRACE_MS" in the environment is not an option; docs/operating.md lists them all. Correct the name or unset it',
    ]);
  });

  test('a variable that is no option is named with everything else that is wrong', () => {
    const variables = { XMPP_RECEIPTS_A: '1', XMPP_RECEIPTS_B: '', HOME: '/root' };
    const complaints = complaintsOf({ ...LEAST, disclosure: 'x' }, variables);
    expect(complaints.map((line) => line.split('"')[1])).toEqual([
      'XMPP_RECEIPTS_A',
      'XMPP_RECEIPTS_B',
      'disclosure',
    ]);
  });

  test('a variable that is no option is named without its value, which may be a secret', () => {
    const complaints = complaintsOf(LEAST, { XMPP_RECEIPTS_SECRET: 'h1dden' });
    expect(complaints.join('\n')).not.toContain('h1dden');
  });
});

describe('the secret', () => {
  const withFile = {
    ...LEAST,
    component: { domain: 'receipts.example.org', secretFile: 'secret' },
  };

  test('the secret may be in a file beside the configuration, with a line end', () => {
    writeFileSync(join(folder, 'secret'), 's3cret\n');
    expect(load(withFile).component.secret).toBe('s3cret');
  });

  test('the secret may be in a file that the environment names', () => {
    const file = join(folder, 'elsewhere');
    writeFileSync(file, 'other');
    const { component, ...rest } = LEAST;
    const settings = { ...rest, component: { domain: component.domain } };
    const config = load(settings, { XMPP_RECEIPTS_COMPONENT_SECRET_FILE: file });
    expect(config.component.secret).toBe('other');
    expect(config.component).not.toHaveProperty('secretFile');
  });

  test('a file for the secret that is not there is named', () => {
    expect(complaintsOf(withFile)).toEqual([
      expect.stringMatching(
        /"component.secretFile" must name a file that can be read: ENOENT.*secret/,
      ),
    ]);
  });

  test('a file for the secret with nothing in it is named', () => {
    writeFileSync(join(folder, 'secret'), '\n');
    expect(complaintsOf(withFile)).toEqual([
      `config: "component.secretFile" must name a file that holds the secret, but ${join(folder, 'secret')} is empty`,
    ]);
  });

  test('the secret is given by the option or by the file, not both', () => {
    const both = { domain: 'r.example.org', secret: 's3cret', secretFile: 'secret' };
    const neither = { domain: 'r.example.org' };
    for (const component of [both, neither])
      expect(complaintsOf({ ...LEAST, component })).toEqual([
        expect.stringContaining('(exactly one of the two)'),
      ]);
  });

  test('the secret is in no complaint', () => {
    for (const component of [
      { domain: 'a b', secret: 's3cret', secretFile: 'x' },
      { domain: 'a b', secret: ['s3cret'] },
      { domain: 'a b', secret: 's3cret', oops: 1 },
      ['s3cret'],
      'secret: s3cret',
    ])
      expect(complaintsOf({ ...LEAST, component }).join('\n')).not.toContain('s3cret');
  });
});

function load(settings: unknown, environment: Readonly<Record<string, string>> = {}): Config {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, settings === undefined ? '' : stringify(settings));
  return loadConfig(file, environment);
}

function complaintsOf(
  settings: unknown,
  environment: Readonly<Record<string, string>> = {},
): readonly string[] {
  try {
    load(settings, environment);
  } catch (error) {
    if (error instanceof BadConfig) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** Settings that are enough, but for that option; with an index, a list of that one value. */
function withOption(option: string, value: unknown): unknown {
  return put(LEAST, option.split('.'), value);
}

function put(settings: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (name === '0') return [value];
  const section = (settings ?? {}) as Readonly<Record<string, unknown>>;
  return { ...section, [name]: rest.length === 0 ? value : put(section[name], rest, value) };
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { settingsSchema } from '../../src/config/schema.ts';
import { complaintsOf, folder, LEAST, load, useNewFolder, withOption } from './loading.ts';

beforeEach(useNewFolder);

test('an option that is left out has the default of the schema', () => {
  const { component, store, http: _, ...rest } = settingsSchema.parse(LEAST);
  expect(component.server).toBe('127.0.0.1:5347');
  expect(store).toBe('sqlite:./receipts.db');
  expect(load(LEAST)).toEqual({
    ...rest,
    component: {
      domain: 'receipts.example.org',
      host: '127.0.0.1',
      port: 5347,
      others: [],
      secret: 's3cret',
    },
    store: `sqlite:${join(folder, 'receipts.db')}`,
    http: { socket: join(folder, 'receipts.db.sock'), listen: undefined },
  });
});

test('the token of the API may stand in a file', () => {
  writeFileSync(join(folder, 'token'), '0123456789abcdef\n');
  const http = { listen: '127.0.0.1:8480', tokenFile: 'token' };
  expect(load({ ...LEAST, http }).http.listen?.token).toBe('0123456789abcdef');
});

test('a token that is short is refused, and not shown', () => {
  writeFileSync(join(folder, 'token'), 'short');
  const http = { listen: '127.0.0.1:8480', tokenFile: 'token' };
  const [complaint = ''] = complaintsOf({ ...LEAST, http });
  expect(complaint).toContain('"http.tokenFile" must name a file that holds at least 16 letters');
  expect(complaint).not.toContain('short');
  const [other = ''] = complaintsOf({ ...LEAST, http: { token: 'short' } });
  expect(other).toContain('"http.token" must be at least 16 letters');
  expect(other).not.toContain('short');
});

test('a store in memory has no socket beside it', () => {
  expect(load({ ...LEAST, store: 'sqlite::memory:' }).http.socket).toBeUndefined();
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

test.each([['one.test:5347, two.test:5348'], [['one.test:5347', 'two.test:5348']]])(
  'the nodes of a cluster may be named in one text or in a list',
  (server) => {
    expect(load(withOption('component.server', server)).component).toMatchObject({
      host: 'one.test',
      port: 5347,
      others: [{ host: 'two.test', port: 5348 }],
    });
  },
);

test('of several nodes, each must have a port', () => {
  const [complaint] = complaintsOf(withOption('component.server', 'one.test:5347,two.test'));
  expect(complaint).toContain(
    'or a list of them (the nodes of a cluster), found "one.test:5347,two.test"',
  );
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

  test.each(['!', '*', '>', '|', '%', '@', '`', '"', '[', '{', '!!'])(
    'a secret that begins with %s is never printed, and the line is named',
    (mark) => {
      const file = join(folder, 'config.yaml');
      const warned: unknown[] = [];
      const listener = (warning: unknown) => warned.push(warning);
      process.on('warning', listener);
      writeFileSync(file, `component:\n  domain: receipts.example.org\n  secret: ${mark}s3cret\n`);
      let said = '';
      try {
        loadConfig(file, {});
      } catch (error) {
        said = String(error);
      }
      process.off('warning', listener);
      expect(said).toMatch(/cannot read .*config\.yaml: .* at line \d+/);
      expect(said + warned.join()).not.toContain('s3cret');
    },
  );

  test('a secret that begins with & is never printed', () => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, 'component:\n  domain: receipts.example.org\n  secret: &s3cret\n');
    expect(() => loadConfig(file, {})).toThrow('config: "component.secretFile" must be given');
    expect(() => loadConfig(file, {})).not.toThrow('s3cret');
  });

  test.each([['- a'], ['text'], ['7']])('a file that holds %j has no sections', (text) => {
    writeFileSync(join(folder, 'config.yaml'), text);
    expect(() => loadConfig(join(folder, 'config.yaml'), {})).toThrow(
      'config: "the file" must be a file of sections; docs/settings.md shows one',
    );
  });

  test('a domain in the file may have upper case, and is read in lower case', () => {
    const config = load(withOption('domains', ['Example.ORG']));
    expect(config.domains).toEqual(['example.org']);
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

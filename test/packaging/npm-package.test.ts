import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../src/telemetry/version.ts';
import { blockOf, linesOf } from '../support/blocks.ts';
import { REPOSITORY } from '../support/repository.ts';
import { toSay } from '../support/to-say.ts';

/** The project's own libraries: a compiler, and what takes long to compile. */
const LIBRARIES = join(REPOSITORY, 'node_modules');

const [INSTALL = '', MODULE = '', RUN = ''] = linesOf(blockOf('docs/installing.md', 'npm install'));

const SETTINGS = `
component: { domain: receipts.example.org, server: 127.0.0.1:1, secret: secret }
domains: [example.org]
`;

describe('the npm package, installed into an empty folder', () => {
  let folder: string;
  let installed: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'npm-package-'));
    const [{ filename }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
        cwd: REPOSITORY,
        encoding: 'utf8',
      }).replace(/^[^[]*(?=\[)/, ''),
    );
    writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true }');
    expect(INSTALL).toBe(`npm install ./${filename}`);
    const env = { ...process.env, npm_config_ignore_scripts: 'true' };
    execFileSync('sh', ['-c', INSTALL], { cwd: folder, env });
    installed = join(folder, 'node_modules/xmpp-receipts');
    useBuiltLibrary();
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('copies a server module by the line of docs/installing.md', () => {
    const into = join(folder, 'prosody/modules');
    const line = MODULE.replace('/usr/local/lib/prosody/modules', into);
    execFileSync('sh', ['-c', line], { cwd: folder, env: environment() });
    expect(readdirSync(into)).toEqual(['mod_receipts']);
  });

  test('runs a daemon by the line of docs/installing.md, until it is ended', async () => {
    writeFileSync(join(folder, 'receipts.yaml'), SETTINGS);
    const options = { cwd: folder, env: environment(), detached: true };
    const daemon = spawn('sh', ['-c', `exec ${RUN}`], options);
    const end = () => daemon.exitCode === null && process.kill(-(daemon.pid ?? 0), 'SIGTERM');
    await toSay(daemon, 'cannot reach 127.0.0.1:1').finally(end);
    await once(daemon, 'close');
    expect(readdirSync(folder)).toContain('receipts.db');
  });

  test('runs with npx alone', async () => {
    const { code, out } = await npx('--version');
    expect(out.trim()).toBe(VERSION);
    expect(code).toBe(0);
  });

  test('starts a daemon as far as its settings allow', async () => {
    const { code, errors } = await npx('run');
    expect(errors).toContain('config: "component" must be a section');
    expect(code).toBe(78);
  });

  test('holds what runs, and neither tests nor tools', () => {
    expect(readdirSync(installed).toSorted()).toEqual(
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs'],
        ...['ejabberd-config', 'package.json', 'prosody-config'],
      ].toSorted(),
    );
    expect(readdirSync(join(installed, 'dist')).toSorted()).toEqual(['src', 'xmpp-receipts.js']);
  });

  test('has the types of what the API answers', () => {
    const program = join(folder, 'program.ts');
    writeFileSync(
      program,
      `import type { StatusAnswer } from 'xmpp-receipts/api';
       export const up = (it: StatusAnswer): number => it.upSeconds;
       // @ts-expect-error: it is a number
       export const wrong = (it: StatusAnswer): string => it.upSeconds;`,
    );
    const tsc = join(LIBRARIES, '.bin/tsc');
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext'];
    execFileSync(
      tsc,
      [...options, '--types', 'node', '--typeRoots', join(LIBRARIES, '@types'), program],
      {
        cwd: folder,
      },
    );
  });

  describe.each([
    ['prosody', 'hello.lib.lua', 'VirtualHost "example.org"'],
    ['ejabberd', 'src/mod_receipts_hello.erl', 'module: ejabberd_service'],
  ] as const)('its module for %s', (server, hello, toPaste) => {
    test('is copied whole, and what to paste is said', async () => {
      const into = join(folder, `whole-${server}`);
      const { code, out } = await npx('module', server, '--into', into);
      expect(out).toContain(`${into}/mod_receipts is mod_receipts ${VERSION}.`);
      expect(out).toContain(toPaste);
      expect(code).toBe(0);
      const source = join(REPOSITORY, `${server}-config/modules/mod_receipts`);
      const copied = readdirSync(join(into, 'mod_receipts'), { recursive: true });
      expect(copied).toEqual(readdirSync(source, { recursive: true }));
    });

    test('replaces an older one with all its files', async () => {
      const into = join(folder, `older-${server}`);
      await npx('module', server, '--into', into);
      sayVersion(into, '0.0.9');
      writeFileSync(join(into, 'mod_receipts/gone.lua'), 'removed in this version');
      const { out } = await npx('module', server, '--into', into);
      expect(out).toContain('(before: 0.0.9)');
      expect(readdirSync(join(into, 'mod_receipts'))).not.toContain('gone.lua');
    });

    test('does not replace a newer one without --force', async () => {
      const into = join(folder, `newer-${server}`);
      await npx('module', server, '--into', into);
      sayVersion(into, '0.10.0');
      const { code, errors } = await npx('module', server, '--into', into);
      expect(errors).toContain('holds version 0.10.0');
      expect(code).toBe(1);
      expect((await npx('module', server, '--into', into, '--force')).code).toBe(0);
    });

    test('does not replace a folder whose version it cannot read', async () => {
      const into = join(folder, `unknown-${server}`);
      mkdirSync(join(into, 'mod_receipts'), { recursive: true });
      expect((await npx('module', server, '--into', into)).code).toBe(1);
    });

    function sayVersion(into: string, version: string): void {
      const file = join(into, 'mod_receipts', hello);
      writeFileSync(file, readFileSync(file, 'utf8').replace(VERSION, version));
    }
  });

  test('says which servers there are', async () => {
    const { code, errors } = await npx('module', 'openfire', '--into', folder);
    expect(errors).toContain('expected prosody or ejabberd');
    expect(code).toBe(64);
  });

  // To compile it takes a minute: the one that the project's own installation compiled is taken.
  function useBuiltLibrary(): void {
    const built = 'better-sqlite3/build';
    execFileSync('cp', ['-r', join(LIBRARIES, built), join(folder, 'node_modules', built)]);
  }

  interface Ended {
    readonly code: number;
    readonly out: string;
    readonly errors: string;
  }

  function environment() {
    return { PATH: process.env['PATH'], HOME: folder, npm_config_offline: 'true' };
  }

  function npx(...words: readonly string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const child = execFile(
        'npx',
        ['--offline', 'xmpp-receipts', ...words],
        { cwd: folder, env: environment() },
        (_, out, errors) => resolve({ code: child.exitCode ?? -1, out, errors }),
      );
    });
  }
});

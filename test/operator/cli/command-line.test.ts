import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiStage, TOKEN } from '../../support/api.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';
import { accepted, fact, keyOf } from '../../support/facts.ts';
import { REPOSITORY } from '../../support/repository.ts';

const MAIN = join(REPOSITORY, 'src/main.ts');
const LOADER = join(REPOSITORY, 'test/support/typescript-loader.mjs');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

describe('the command line', () => {
  let folder: string;
  const daemon = new DaemonAtWork();
  daemon.scene.module.counts = 'stopped-manual=2 untracked-exempt=0 untracked-no-id=1';
  let stage: ApiStage;
  let settings: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cli-'));
    // What is not confirmed as read still waits.
    daemon.scene.answersPings = false;
    await daemon.report(keyOf('m1'), accepted(), fact('stored', 1));
    stage = await ApiStage.open(daemon.operator);
    settings = join(folder, 'receipts.yaml');
    writeFileSync(settings, settingsWith(`http: { socket: ${stage.socket} }`));
  });

  afterAll(async () => {
    await stage.close();
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });

  test('status says how the daemon is', async () => {
    const { code, out } = await run('status', '--config', settings);
    const [up = '', ...others] = out.split('\n');
    expect(up).toMatch(
      /^receipts\.example\.org: xmpp-receipts \d+\.\d+\.\d+, up \d+ s, connected$/,
    );
    expect(others).toEqual([
      'example.org: Prosody 0.12.3 with mod_receipts 0.1.0, 0 facts wait there',
      'example.org: its mod_receipts has counted stopped-manual 2, untracked-no-id 1',
      'waiting: 1 receipts, 0 ticks, 0 questions',
      '',
    ]);
    expect(code).toBe(0);
  });

  test('status --json says it for programs', async () => {
    const { out } = await run('status', '--json', '-c', settings);
    expect(JSON.parse(out)).toMatchObject({
      upSeconds: expect.any(Number),
      waiting: { receipts: 1 },
    });
  });

  test('says where it looked for the daemon when none answers, with exit code 69', async () => {
    const alone = join(folder, 'alone.yaml');
    writeFileSync(alone, settingsWith('store: sqlite:./alone.db'));
    const { code, errors } = await run('status', '-c', alone);
    expect(errors).toContain(`no daemon answers at ${join(folder, 'alone.db.sock')}`);
    expect(code).toBe(69);
  });

  test('run ends with exit code 69 where it cannot listen, and names the option', async () => {
    const taken = join(folder, 'taken.yaml');
    const listen = `127.0.0.1:${stage.listening.port}`;
    const http = `http: { listen: "${listen}", token: ${TOKEN} }`;
    writeFileSync(taken, settingsWith(`store: sqlite:./taken.db\n${http}`));
    const { code, errors } = await run('run', '-c', taken);
    expect(errors).toContain(`cannot listen on "http.listen" ${listen}`);
    expect(errors).toContain('End the program that uses it, or choose another one in "http"');
    expect(code).toBe(69);
  });

  test('module says what to do where it may not write, with exit code 1', async () => {
    const into = join(settings, 'modules');
    const { code, errors } = await run('module', 'prosody', '--into', into);
    expect(errors).toContain(`cannot copy the module to ${into}: ENOTDIR`);
    expect(errors).toContain('Name a folder that you may write with --into, or use sudo');
    expect(code).toBe(1);
  });

  test('policy load says what to do where it cannot read its file, with exit code 64', async () => {
    const file = join(folder, 'missing.csv');
    const { code, errors } = await run('policy', 'load', file, '-c', settings);
    expect(errors).toContain(`${file} cannot be read: Error: ENOENT`);
    expect(errors).toContain('Name a file that exists and that you may read');
    expect(code).toBe(64);
  });

  test('names a command that it does not know, with exit code 64', async () => {
    const { code, errors } = await run('frobnicate');
    expect(errors).toContain("unknown command 'frobnicate'");
    expect(code).toBe(64);
  });

  test('says what is wrong with the settings, with exit code 78', async () => {
    const bad = join(folder, 'bad.yaml');
    writeFileSync(bad, settingsWith('http: { listen: 127.0.0.1:8480 }'));
    const { code, errors } = await run('status', '-c', bad);
    expect(errors).toContain(
      '"http.tokenFile" must be given where "http.listen" is, or "http.token" instead of it',
    );
    expect(code).toBe(78);
  });
});

function settingsWith(more: string): string {
  return `component: { domain: receipts.test, secret: abc }\ndomains: [example.org]\n${more}\n`;
}

function run(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', LOADER, MAIN, ...words],
      { env: { PATH: process.env['PATH'], NO_COLOR: '1' } },
      (_, out, errors) => resolve({ code: child.exitCode ?? -1, out, errors }),
    );
  });
}

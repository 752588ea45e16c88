import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';

type Script = Record<'withoutProsodyOption', (args: readonly string[]) => readonly string[]> &
  Record<'runOnDockerizedProsody', () => Promise<Readonly<Record<string, unknown>>>>;

const script: Script = await import(
  pathToFileURL(join(REPOSITORY, 'scripts/setup/prosody-in-docker.mjs')).href
);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  vi.stubEnv('PATH', folder);
  vi.stubEnv('PROSODY_IN', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('`npm test -- --prosody docker`', () => {
  test.each([
    [
      ['--prosody', 'docker'],
      ['--project', 'integration'],
    ],
    [['--prosody=docker'], ['--project', 'integration']],
    [
      ['a.test.ts', '--prosody', 'docker'],
      ['--project', 'integration', 'a.test.ts'],
    ],
    [
      ['--project', 'unit', '--prosody', 'docker', '-t', 'x'],
      ['--project', 'unit', '-t', 'x'],
    ],
  ])('with %j runs vitest with %j, on Prosody in Docker', (args, expected) => {
    dockerThat('exit 0');
    expect(script.withoutProsodyOption(args)).toEqual(expected);
    expect(process.env['PROSODY_IN']).toBe('docker');
  });

  test('is refused where no engine answers', () => {
    dockerThat('exit 1');
    expect(() => script.withoutProsodyOption(['--prosody', 'docker'])).toThrow(
      'no Docker engine answers',
    );
  });

  test.each([[['--prosody', 'podman']], [['--prosody']]])('is refused as %j', (args) => {
    dockerThat('exit 0');
    expect(() => script.withoutProsodyOption(args)).toThrow('expected docker');
  });

  test('leaves other arguments, and the place of Prosody, as they are', () => {
    const args = ['--project', 'integration', 'test/integration/offline.test.ts'];
    expect(script.withoutProsodyOption(args)).toEqual(args);
    expect(process.env['PROSODY_IN']).toBeUndefined();
  });
});

describe('the short form in a run of everything', () => {
  test.each([
    ['there is no Docker', undefined, 'no Docker engine answers'],
    ['no engine answers', 'exit 1', 'no Docker engine answers'],
    ['there is no base image', '[ "$1" = info ]', 'cannot be pulled'],
  ])('is skipped, never failed, and says so where %s', async (_, docker, reason) => {
    if (docker !== undefined) dockerThat(docker);
    const result = await script.runOnDockerizedProsody();
    expect(result).toMatchObject({ passed: 0, failed: 0, skipped: 1 });
    expect(result['notRun']).toContain(reason);
  });
});

function dockerThat(answers: string): void {
  const docker = join(folder, 'docker');
  writeFileSync(docker, `#!/bin/sh\n${answers}\n`);
  chmodSync(docker, 0o755);
}

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';

const script: Record<'setup', () => void> = await import(
  pathToFileURL(join(REPOSITORY, 'scripts/setup/docker.mjs')).href
);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  vi.stubEnv('PATH', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('the tests of the images', () => {
  test.each([
    ['there is no Docker', undefined, 'no Docker engine answers'],
    ['no engine answers', '[ "$1" = compose ]', 'no Docker engine answers'],
    ['Docker has no Compose', '[ "$1" = info ]', 'Docker has no Compose'],
  ])('fail, and say so, where %s', (_, docker, reason) => {
    if (docker !== undefined) dockerThat(docker);
    expect(script.setup).toThrow(reason);
  });

  test('begin where both answer', () => {
    dockerThat('[ "$*" = info ] || [ "$*" = "compose version" ]');
    expect(script.setup).not.toThrow();
  });
});

function dockerThat(answers: string): void {
  const docker = join(folder, 'docker');
  writeFileSync(docker, `#!/bin/sh\n${answers}\n`);
  chmodSync(docker, 0o755);
}

import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { DAEMON } from '../support/daemon-process.ts';

test.each(['completion bash', '--help'])(
  '%s ends without a complaint when nobody reads it',
  (command) => {
    const line = `set -o pipefail; '${process.execPath}' '${DAEMON}' ${command} | true`;
    const { status, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  },
);

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';
import { HAS_PROMETHEUS, WHERE_PROMETHEUS } from '../support/prometheus.ts';
import { REPOSITORY } from '../support/repository.ts';

const FOLDER = join(REPOSITORY, 'monitoring/prometheus');

test.runIf(HAS_PROMETHEUS).each([
  ['can be read', ['check', 'rules', 'alerts.yaml']],
  ['fire when they should, and only then', ['test', 'rules', 'alerts.test.yaml']],
  ['are named by the example', ['check', 'config', '--syntax-only', 'prometheus.yaml']],
])(`the alerts %s, says promtool${WHERE_PROMETHEUS}`, (_, words) => {
  execFileSync('promtool', words, { cwd: FOLDER, stdio: 'pipe' });
});

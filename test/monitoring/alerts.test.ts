import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPage } from '../docs/pages.ts';
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

test('each alert has its row in docs/operating.md, which says what to do', () => {
  const rules = readPage('monitoring/prometheus/alerts.yaml');
  const named = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  const rows = readPage('docs/operating.md').matchAll(/^\| `(Receipts\w+)` \|/gm);
  expect([...rows].map(([, name]) => name)).toEqual(named);
});

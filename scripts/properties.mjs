// Runs every test file with properties again and again, each time with fresh seeds:
//   node scripts/properties.mjs [times, 50 if absent] [part of a file's name]
// The last table counts the runs that failed. Of each failure it prints what fast-check says: the seed and the path.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VITEST = 'node_modules/vitest/vitest.mjs';

const [times = '50', part = ''] = process.argv.slice(2);

function filesWithProperties() {
  return readdirSync('test', { recursive: true })
    .map((file) => join('test', file))
    .filter((file) => file.endsWith('.test.ts') && file.includes(part))
    .filter((file) => readFileSync(file, 'utf8').includes("from 'fast-check'"));
}

function runOnce(files, folder) {
  const outputFile = join(folder, 'results.json');
  // However long it takes: what is asked is whether anything fails.
  const options = ['--testTimeout=0', '--reporter=json', `--outputFile=${outputFile}`];
  const vitest = [VITEST, 'run', '--project', 'unit', ...options, ...files];
  spawnSync(process.execPath, vitest, { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(outputFile, 'utf8')).testResults;
}

function sayFailures({ assertionResults }) {
  for (const { status, fullName, failureMessages } of assertionResults)
    if (status === 'failed') console.log(`${fullName}\n${failureMessages.join('\n')}\n`);
}

function runAll(files, folder) {
  const failures = new Map(files.map((file) => [file, 0]));
  for (let n = 0; n < Number(times); n++) {
    console.log(`run ${n + 1} of ${times}`);
    for (const result of runOnce(files, folder)) {
      if (result.status === 'passed') continue;
      sayFailures(result);
      const file = files.find((it) => result.name.endsWith(it));
      failures.set(file, failures.get(file) + 1);
    }
  }
  return failures;
}

process.chdir(new URL('..', import.meta.url).pathname);
const folder = mkdtempSync(join(tmpdir(), 'properties-'));
try {
  const failures = runAll(filesWithProperties(), folder);
  for (const [file, failed] of failures)
    console.log(`${file}: ${times} runs, ${failed} of them failed`);
  process.exitCode = [...failures.values()].some((failed) => failed > 0) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

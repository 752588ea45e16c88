// Runs every test file with properties again and again, each time with fresh seeds:
//   node scripts/properties.mjs [times, 50 if absent] [part of a file's name]
// The last table counts the runs that failed. Of each failure it prints what fast-check says: the seed and the path.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './setup/run.mjs';

const [times = '50', part = ''] = process.argv.slice(2);

function filesWithProperties() {
  return readdirSync('test', { recursive: true })
    .map((file) => join('test', file))
    .filter((file) => file.endsWith('.test.ts') && file.includes(part))
    .filter((file) => readFileSync(file, 'utf8').includes("from 'fast-check'"));
}

async function runOnce(files, folder) {
  const outputFile = join(folder, 'results.json');
  const options = ['--project', 'unit', '--reporter=json', `--outputFile=${outputFile}`];
  await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...options, ...files]);
  return JSON.parse(readFileSync(outputFile, 'utf8')).testResults;
}

function sayFailures({ assertionResults }) {
  for (const { status, fullName, failureMessages } of assertionResults)
    if (status === 'failed') console.log(`${fullName}\n${failureMessages.join('\n')}\n`);
}

async function runAll(files, folder) {
  const failures = new Map(files.map((file) => [file, 0]));
  for (let n = 0; n < Number(times); n++) {
    for (const result of await runOnce(files, folder)) {
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
  const failures = await runAll(filesWithProperties(), folder);
  for (const [file, failed] of failures)
    console.log(`${file}: ${times} runs, ${failed} of them failed`);
  process.exitCode = [...failures.values()].some((failed) => failed > 0) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

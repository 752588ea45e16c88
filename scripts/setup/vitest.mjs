import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

/** Runs vitest; resolves with its exit status, and for each file what it came to. */
export async function runVitest(args) {
  const folder = mkdtempSync(join(tmpdir(), 'test-results-'));
  process.env.RESULTS = join(folder, 'results.json');
  try {
    const reporters = ['--reporter=default', '--reporter=./scripts/setup/results-reporter.mjs'];
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args];
    const status = await run(process.execPath, vitest);
    return { files: readResults(process.env.RESULTS), status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sum of some files; an error outside of every test, for instance an unhandled rejection, is a failure. */
export function totalsOf({ files, status }) {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  addAll(totals, files);
  return status !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

export function addAll(totals, counts) {
  for (const { passed, failed, skipped } of counts) {
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
  }
}

// No results at all: vitest could not even start.
function readResults(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}

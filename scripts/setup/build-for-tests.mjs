// Compiles once, before the first test that runs a process of ours. No test compiles by itself: what it
// writes, another test may be reading.

import { statSync } from 'node:fs';
import { buildIfOlder } from './build.mjs';
import { putIntoOneFile } from './one-file.mjs';

const PROGRAM = 'dist/xmpp-receipts.js';

/** The same with its libraries in it, which starts in two thirds of the time: tests start it five hundred times. */
const PROGRAM_FOR_TESTS = 'dist/xmpp-receipts-for-tests.js';

export async function setup() {
  await buildIfOlder();
  if (changedAt(PROGRAM_FOR_TESTS) < changedAt(PROGRAM))
    await putIntoOneFile(PROGRAM_FOR_TESTS, { withLibraries: true });
}

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? -1;
}

// Writes docs/command-line.md: what the commands say of themselves. A test compares it with the code.
import { writeFileSync } from 'node:fs';
import { manual } from '../dist/src/operator/cli/manual.js';

writeFileSync('docs/command-line.md', manual());

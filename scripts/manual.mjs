// Writes what the code says of itself: docs/command-line.md of the commands, docs/settings.md of the settings.
// Tests compare both with the code.
import { writeFileSync } from 'node:fs';
import { settingsReference } from '../dist/src/config/reference.js';
import { manual } from '../dist/src/operator/cli/manual.js';

writeFileSync('docs/command-line.md', manual());
writeFileSync('docs/settings.md', settingsReference());

// The checks of the modules' own sources, at the lowest priority; beginOtherChecks() starts this.

import { constants, setPriority } from 'node:os';
import { runModuleChecks } from './other-checks.mjs';

setPriority(constants.priority.PRIORITY_LOW);
process.send(await runModuleChecks());
process.disconnect();

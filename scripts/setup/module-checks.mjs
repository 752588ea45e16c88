// The checks of the modules' own sources, at a low priority; beginOtherChecks() starts this.

import { constants, setPriority } from 'node:os';
import { runModuleChecks } from './other-checks.mjs';

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.send(await runModuleChecks());
process.disconnect();

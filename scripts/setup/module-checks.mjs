// The checks of the modules' own sources; beginOtherChecks() starts this.

import { runModuleChecks } from './other-checks.mjs';

process.send(await runModuleChecks());
process.disconnect();

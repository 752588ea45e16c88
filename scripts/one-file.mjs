// Makes the program, dist/xmpp-receipts.js, of what is compiled: docs/decisions/0032.

import { putIntoOneFile } from './setup/one-file.mjs';

await putIntoOneFile('dist/xmpp-receipts.js');

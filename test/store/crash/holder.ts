import { lockStore } from '../../../src/store/locking.ts';
import { openStore } from '../../../src/store/open.ts';
import { ACTS } from './acts.ts';

// Takes a store as a daemon does and writes until it may not.
const [address = ''] = process.argv.slice(2);
const lock = await lockStore(address);
const store = openStore(address, { fence: lock.fence });
let why = '';
while (!why.includes('taken over')) {
  // What was under way when it was stopped fails in other words, and is tried again.
  await ACTS['writes for ever'](store, (text) => process.stdout.write(text)).catch((error) => {
    why = String(error);
  });
}
process.stderr.write(why);
await lock.lost;
await store.close();
await lock.release();

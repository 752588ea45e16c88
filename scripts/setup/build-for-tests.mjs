// Compiles once, before the first test that runs a process of ours. No test compiles by itself: what it
// writes, another test may be reading.
export { buildIfOlder as setup } from './build.mjs';

import fc from 'fast-check';

// A planted bug in merging slipped through 3 of 7 runs at the usual 100; at 1000 none did.
fc.configureGlobal({ numRuns: 1000 });

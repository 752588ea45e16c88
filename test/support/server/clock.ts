import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's package faketime. */
export const CLOCK_LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

const clockPath = (folder: string): string => join(folder, 'clock');

/** What a process needs for a clock of its own; its stopwatch is that of the machine. */
export function clockEnvironment(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(CLOCK_LIBRARY))
    throw new Error('libfaketime is missing. Try: apt-get install faketime');
  if (!existsSync(clockPath(folder))) setClock(folder, 0);
  return {
    LD_PRELOAD: CLOCK_LIBRARY,
    FAKETIME_TIMESTAMP_FILE: clockPath(folder),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/**
 * Sets the clock of that folder's process so many seconds ahead of the machine's. At once: a server
 * that reads an empty file ends.
 */
export function setClock(folder: string, seconds: number): void {
  const next = `${clockPath(folder)}.next`;
  writeFileSync(next, `${seconds < 0 ? '' : '+'}${seconds}`);
  renameSync(next, clockPath(folder));
}

/** Nothing, unless the options ask for it. */
export function clockOf({
  options,
  folder,
}: {
  readonly options: { readonly hasOwnClock?: boolean };
  readonly folder: string;
}): Readonly<Record<string, string>> {
  return options.hasOwnClock === true ? clockEnvironment(folder) : {};
}

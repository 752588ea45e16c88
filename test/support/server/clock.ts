import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Debian's package faketime. */
export const CLOCK_LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

/** To read the file each time the clock is asked has hung processes, in the middle of malloc. */
const CACHED_S = 1;

const clockPath = (folder: string): string => join(folder, 'clock');

/** What a process needs for a clock of its own; its stopwatch is that of the machine. */
export function clockEnvironment(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(CLOCK_LIBRARY))
    throw new Error('libfaketime is missing. Try: apt-get install faketime');
  if (!existsSync(clockPath(folder))) writeClock(folder, 0);
  return {
    LD_PRELOAD: CLOCK_LIBRARY,
    FAKETIME_TIMESTAMP_FILE: clockPath(folder),
    FAKETIME_CACHE_DURATION: `${CACHED_S}`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

/**
 * Sets the clock of that folder's process so many seconds ahead of the machine's; resolves when the
 * process has seen it.
 */
export async function setClock(folder: string, seconds: number): Promise<void> {
  writeClock(folder, seconds);
  await sleep((CACHED_S + 1.2) * 1000); // libfaketime counts whole seconds
}

/** At once: a server that reads an empty file ends. */
function writeClock(folder: string, seconds: number): void {
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

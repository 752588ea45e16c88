import { setTimeout as delay } from 'node:timers/promises';

/** Far more than a client takes: on a busy machine it takes longer. */
export const PATIENCE_MS = 300_000;
const LOOK_EACH_MS = 200;

/** Looks again and again until it is so; gives up with an error that names what was looked for. */
export async function seen(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`looked in vain for ${what}`);
    await delay(LOOK_EACH_MS);
  }
}

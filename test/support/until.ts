import { setTimeout as delay } from 'node:timers/promises';

/** Less than a test may take, so that the reason is seen; far more than a busy machine takes. */
const PATIENCE_MS = 20_000;

/** Waits until it is so; gives up with an error that names what was waited for. */
export async function until(
  isSo: () => boolean,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await delay(5);
  }
}

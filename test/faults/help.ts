import type { Findings } from './findings.ts';
import { SENDER } from './people.ts';
import type { World } from './world.ts';

/** What an operator or a user would do by now. */
export async function help(found: Findings, world: World): Promise<void> {
  if (!(await world.daemon.isReady())) await restartDaemon(world);
  if (world.server.kind === 'ejabberd') await logInOnceMore(found, world);
}

/**
 * ejabberd may hand out at the next login only what an old session held whose resource was taken,
 * and what came while somebody logged in (docs/servers.md). Receipts wait for their sender so.
 */
async function logInOnceMore(found: Findings, world: World): Promise<void> {
  const missing = found.filter(([, all]) => all.some(({ mayPass }) => mayPass));
  const unseen = missing.filter(([{ sightings }]) => sightings.length === 0);
  const senders = missing.length > 0 ? [SENDER] : [];
  for (const person of new Set([...unseen.map(([{ to }]) => to), ...senders]))
    for (const device of world.devicesOf(person).filter(({ isWanted }) => isWanted)) {
      world.tally.add('logged in once more');
      await device.leave();
      device.isWanted = true;
    }
}

async function restartDaemon(world: World): Promise<void> {
  world.tally.add('daemon started anew to settle');
  await world.daemon.end('SIGTERM');
  world.daemon.isWanted = true;
}

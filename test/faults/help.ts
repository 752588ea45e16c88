import type { Findings } from './findings.ts';
import type { World } from './world.ts';

/** What an operator or a user would do by now. */
export async function help(found: Findings, world: World): Promise<void> {
  if (!(await world.daemon.isReady())) await restartDaemon(world);
  if (world.server.kind === 'ejabberd') await logInOnceMore(found, world);
}

/**
 * Where a new session took a resource, ejabberd may hand out what the old one held at the next
 * login only (docs/servers.md).
 */
async function logInOnceMore(found: Findings, world: World): Promise<void> {
  const unseen = found.filter(
    ([{ sightings }, all]) => sightings.length === 0 && all.some(({ mayPass }) => mayPass),
  );
  for (const person of new Set(unseen.map(([{ to }]) => to)))
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

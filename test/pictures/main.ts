import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../support/browser.ts';
import type { App, Owner } from './app.ts';
import { openConverse } from './apps/converse.ts';
import { openDino } from './apps/dino.ts';
import { openGajim } from './apps/gajim.ts';
import { openMcabber } from './apps/mcabber.ts';
import { openPoezio } from './apps/poezio.ts';
import { openProfanity } from './apps/profanity.ts';
import { openPsi } from './apps/psi.ts';
import { savePicture } from './save-picture.ts';
import { playAll, type Take } from './scenes.ts';
import { World } from './world.ts';

/** Pictures of what users see in their clients, made in real ones: `npm run pictures -- [client …]`. */
const FOLDER = 'docs/users/pictures';

type Open = (owner: Owner, browser: Browser) => Promise<App>;

const APPS: Readonly<Record<string, Open>> = {
  converse: openConverse,
  profanity: openProfanity,
  poezio: openPoezio,
  mcabber: openMcabber,
  gajim: openGajim,
  dino: openDino,
  psi: openPsi,
};

// Each home and each program is cleared away at the end.
process.setMaxListeners(100);
// The browser's own way to hear this does not end us.
process.on('SIGTERM', () => process.exit(143));
mkdirSync(FOLDER, { recursive: true });
const named = process.argv.slice(2);
const browser = await openBrowser();
try {
  for (const name of named.length > 0 ? named : Object.keys(APPS)) await picturesOf(name);
} finally {
  await browser.close();
}

async function picturesOf(name: string): Promise<void> {
  const open = APPS[name];
  if (open === undefined) throw new Error(`expected ${Object.keys(APPS)}, found ${name}`);
  const world = await World.begin();
  const apps: App[] = [];
  try {
    for (const owner of [world.alice(), world.bob()]) apps.push(await open(owner, browser));
    const [alice, bob] = apps as [App, App];
    const takeOf: Take = (what, picture) => take(`${name}-${what}`, picture);
    await playAll({ alice, bob, world, take: takeOf });
  } catch (error) {
    for (const [index, app] of apps.entries())
      await savePicture(`/tmp/${name}-failed-${index}.png`, await app.picture());
    throw error;
  } finally {
    for (const app of apps) await app.close();
    await world.end();
  }
}

async function take(name: string, picture: Promise<Buffer>): Promise<void> {
  await savePicture(join(FOLDER, `${name}.png`), await picture);
  console.log(`${name}.png`);
}

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Where a Chromium is on this machine; `undefined`: nowhere. docs/testing.md says how to get it. */
export const CHROMIUM = PLACES.find((place) => place !== undefined && existsSync(place));

export function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('no Chromium is here: see docs/testing.md');
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

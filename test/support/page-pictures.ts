import { mkdirSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { ApiStage, TOKEN } from './api.ts';
import { openBrowser } from './browser.ts';
import { busyOperator, MADE_UP_KEY } from './made-up-messages.ts';

/** Pictures of each view of the page, over made-up messages: `node … [folder] [seconds to wait]`. */
const [, , folder = 'docs/pictures', wait = '20'] = process.argv;

const VIEWS = {
  overview: '/',
  message: `/message?${new URLSearchParams(MADE_UP_KEY)}`,
  search: '/search?q=alice@example.org',
  questions: '/questions',
};

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1200, height: 940 }, locale: 'en' },
  dark: { colorScheme: 'dark', viewport: { width: 1200, height: 940 }, locale: 'en' },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 800 }, locale: 'zh-CN' },
} as const;

mkdirSync(folder, { recursive: true });
const stage = await ApiStage.open(busyOperator(), 200);
await after(Number(wait) * 1000);
const browser = await openBrowser();
for (const look of Object.keys(LOOKS) as (keyof typeof LOOKS)[]) await picture(browser, look);
await browser.close();
await stage.close();

async function picture(browser: Browser, look: keyof typeof LOOKS): Promise<void> {
  const context = await browser.newContext(LOOKS[look]);
  const page = await context.newPage();
  const origin = `http://127.0.0.1:${stage.listening.port}`;
  await page.goto(origin);
  await page.screenshot({ path: `${folder}/page-login-${look}.png` });
  await page.fill('#token', TOKEN);
  await page.press('#token', 'Enter');
  await page.waitForURL(`${origin}/`);
  for (const [name, path] of Object.entries(VIEWS)) {
    await page.goto(`${origin}${path}`);
    await after(500);
    await page.screenshot({ path: `${folder}/page-${name}-${look}.png` });
  }
  await context.close();
}

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TOKEN } from '../support/api.ts';
import { CHROMIUM, openBrowser } from '../support/browser.ts';
import { check, paste } from '../support/doctor.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { freePorts } from '../support/server/ports.ts';

const HOST = 'looked-at.test';
const BROKEN = 'without-module.test';

const isEjabberd = process.env['SERVER'] === 'ejabberd';
const host = { name: HOST, mam: isEjabberd };

const WITHOUT =
  CHROMIUM === undefined ? ' (skipped: no Chromium is here, see docs/testing.md)' : '';

describe.skipIf(CHROMIUM === undefined)(`a broken set-up on the page${WITHOUT}`, () => {
  let stage: OperatorStage;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    const http = { listen: `127.0.0.1:${port}`, token: TOKEN };
    stage = await OperatorStage.start({
      hosts: [host, { ...host, name: BROKEN, receipts: false }],
      server: { modules: isEjabberd ? [] : ['mam'] },
      settings: { http },
    });
    await stage.daemon.start();
    browser = await openBrowser();
    const context = await browser.newContext({
      extraHTTPHeaders: { authorization: `Bearer ${TOKEN}` },
      locale: 'en',
    });
    page = await context.newPage();
    const origin = `http://127.0.0.1:${port}`;
    await vi.waitUntil(async () => (await fetch(`${origin}/healthz`)).ok, 20_000);
    await page.goto(origin);
  });

  afterAll(async () => {
    await browser?.close();
    await stage?.dispose();
  });

  test('is named with what was seen and what was expected', async () => {
    await page.waitForSelector(`#state .red:has-text("${BROKEN} does not answer")`);
    expect(await page.textContent('#state .sum')).toBe('Wrong: 1. Worth a look: 0.');
    expect(await page.textContent('#state .red')).toContain('Expected: mod_receipts on the host');
  });

  test('is the same on the page as in the words of check', async () => {
    const found = (await check(stage)).all.map(({ about, seen }) => [about, seen]);
    const shown = await page.locator('#state .findings li').all();
    const read = shown.map(async (line) => [
      await line.locator('b').textContent(),
      await line.locator('> span:last-of-type').textContent(),
    ]);
    expect(await Promise.all(read)).toEqual(found);
  });

  test('is not written anew while lines of it are marked to be copied', async () => {
    await page.locator('#state .red pre').first().click();
    for (const heading of ['#state h2', '#funnel h2'])
      await page.locator(heading).evaluate((it) => it.append(' before'));
    await page.waitForSelector('#funnel h2:not(:has-text("before"))');
    expect(await page.textContent('#state h2')).toBe('State before');
    await page.evaluate('document.getSelection().empty()');
    await page.waitForSelector('#state h2:not(:has-text("before"))');
  });

  test('is mended by the lines that the page shows, and then the page says that all is well', async () => {
    const linesFor = async (file: string) =>
      (await page.locator('#state figure', { hasText: file }).locator('pre').textContent()) ?? '';
    const lines = {
      prosody: await linesFor('prosody.cfg.lua'),
      ejabberd: await linesFor('ejabberd.yml'),
    };
    await paste(stage, lines);
    await page.waitForSelector('#state .sum:has-text("All is well.")', { timeout: 30_000 });
    expect((await check(stage)).code).toBe(0);
  });
});

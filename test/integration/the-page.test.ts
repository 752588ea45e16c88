import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { TOKEN } from '../support/api.ts';
import { CHROMIUM, openBrowser } from '../support/browser.ts';
import { type Client, login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { freePorts } from '../support/server/ports.ts';
import { waitForReceipt } from '../support/stage.ts';

const HOST = 'looked-at.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const HOSTILE_ID = '<img src=x onerror=alert(1)>';

const WITHOUT =
  CHROMIUM === undefined ? ' (skipped: no Chromium is here, see docs/testing.md)' : '';

describe.skipIf(CHROMIUM === undefined)(`the page in a browser${WITHOUT}`, () => {
  let stage: OperatorStage;
  let browser: Browser;
  let page: Page;
  let alice: Client;
  let origin: string;
  const problems: string[] = [];

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    origin = `http://127.0.0.1:${port}`;
    const http = { listen: `127.0.0.1:${port}`, token: TOKEN };
    stage = await OperatorStage.start({ hosts: [{ name: HOST }], settings: { http } });
    for (const jid of [ALICE, BOB]) await stage.server.register(jid);
    await stage.server.befriend(ALICE, BOB);
    await stage.daemon.start();
    await vi.waitUntil(async () => (await fetch(`${origin}/readyz`)).ok, 20_000);
    alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
    browser = await openBrowser();
    page = await browser.newPage({ locale: 'en' });
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('dialog', (dialog) => problems.push(`a dialog: ${dialog.message()}`));
  });

  afterAll(async () => {
    await browser?.close();
    await alice?.close();
    await stage?.dispose();
  });

  test('lets in who types the token and presses Enter', async () => {
    await page.goto(origin);
    expect(page.url()).toBe(`${origin}/login`);
    await page.waitForSelector('input:focus');
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await page.waitForURL(`${origin}/`);
    await page.waitForSelector('#live-state.on');
    expect(await page.textContent('#state')).toMatch(/looked-at\.test \S+ \S+ with mod_receipts/);
  });

  test('shows a message while it happens, without being loaded again', async () => {
    alice.ask(BOB, 'seen-live');
    await waitForReceipt(alice, 'seen-live', 'stored');
    await page.waitForSelector('#newest >> text=seen-live');
    expect(await page.textContent('#funnel')).toMatch(/Stored or sent\s*1/);
  });

  test('leads to the life of that message by the keyboard', async () => {
    await page.click('#pause');
    await page.focus('#newest >> text=seen-live');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=What the sender was told');
    expect(await page.textContent('main')).toMatch(/stored\s+told \d{4}-/);
  });

  test('finds a message by its id, and shows an id that holds HTML as text', async () => {
    alice.ask(BOB, HOSTILE_ID);
    await waitForReceipt(alice, HOSTILE_ID, 'stored');
    await page.fill('input[name=q]', HOSTILE_ID);
    await page.press('input[name=q]', 'Enter');
    await page.waitForSelector('tbody a.id');
    expect(await page.textContent('tbody a.id')).toBe(HOSTILE_ID);
    await page.click('tbody a.id');
    expect(await page.textContent('dd.id')).toBe(HOSTILE_ID);
    expect(await page.locator('img').count()).toBe(0);
  });

  test('is as wide as a phone where it is looked at on one', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['/', `/search?q=${ALICE}`, '/questions']) {
      await page.goto(`${origin}${path}`);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    }
  });

  test('can be read without script', async () => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      extraHTTPHeaders: { authorization: `Bearer ${TOKEN}` },
      locale: 'zh-CN',
    });
    const still = await context.newPage();
    await still.goto(origin);
    expect(await still.textContent('#newest')).toContain('seen-live');
    expect(await still.textContent('#funnel h2')).toBe('消息走到了哪一步');
    await context.close();
  });

  test('shows nothing any more after the log-out', async () => {
    await page.click('form[action="/logout"] button');
    await page.waitForURL(`${origin}/login`);
    await page.goto(`${origin}/questions`);
    expect(page.url()).toBe(`${origin}/login`);
  });

  test('broke none of its own rules meanwhile, in the words of the browser', () => {
    expect(problems).toEqual([]);
  });
});

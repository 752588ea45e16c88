import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import type { App } from '../app.ts';
import { PATIENCE_MS } from '../seen.ts';
import { COMPONENT } from '../world.ts';

/** No dependency of ours: it is large, and only its pictures need it. */
const PACKAGE = 'converse.js@14.0.0';

/** A name that browsers trust without TLS: Converse.js hashes passwords by what they give to such pages only. */
const ORIGIN = 'http://localhost';

/** What is in the package and in no other place. */
const PROGRAM = 'converse.min.js';

/** Fetches Converse.js from npm's registry into that folder; returns the folder of its program. */
export function fetchConverse(folder: string): string {
  try {
    execFileSync('npm', ['pack', PACKAGE, '--silent'], { cwd: folder, stdio: 'pipe' });
  } catch (cause) {
    throw new Error(`npm pack ${PACKAGE} failed: the pictures need npm's registry`, { cause });
  }
  execFileSync('tar', ['-xzf', `${PACKAGE.replace('@', '-')}.tgz`], { cwd: folder });
  const dist = join(folder, 'package/dist');
  if (!existsSync(join(dist, PROGRAM))) throw new Error(`${PACKAGE} has no dist/${PROGRAM}`);
  return dist;
}

interface ConverseOptions {
  /** What fetchConverse returned. */
  readonly dist: string;
  readonly jid: string;
  readonly password: string;
  /** Of the server's HTTP, with mod_websocket. */
  readonly port: number;
  readonly size: { readonly width: number; readonly height: number };
}

/** Somebody's Converse.js in a browser, used by clicks and keys. */
export class Converse implements App {
  readonly asksTheAbsent = true;
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
  }

  /** Logs in; resolves when the contacts are there. */
  static async open(browser: Browser, options: ConverseOptions): Promise<Converse> {
    const context = await browser.newContext({
      viewport: options.size,
      locale: 'en',
      timezoneId: 'UTC',
      // The page comes from our route, and its WebSocket leads to this machine.
      permissions: ['local-network-access'],
    });
    await context.route('**', (route) => answer(route, options));
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', (error) => console.error(`${options.jid}: ${error}`));
    await page.goto(ORIGIN);
    await page.waitForSelector('.open-chat');
    return new Converse(context, page);
  }

  /** With a contact, or with somebody whose chat is open already. */
  async openChat(jid: string): Promise<void> {
    await this.page.click(`.open-chat[data-jid="${jid}"]`);
    await this.page.waitForSelector(`converse-chat[jid="${jid}"] .chat-textarea:visible`);
  }

  async write(text: string): Promise<void> {
    await this.page.fill('.chat-textarea:visible', text);
    await this.page.press('.chat-textarea:visible', 'Enter');
  }

  async see(words: string): Promise<void> {
    await this.page.waitForSelector(`.chat-msg__text:visible >> text=${words}`);
  }

  /** Its tick stands beside each message that was confirmed. */
  async seeTick(text: string): Promise<void> {
    await this.page.waitForSelector(`.chat-msg:has-text("${text}") .chat-msg__receipt:visible`);
  }

  /** By a thumb at the question. */
  async sayYes(): Promise<void> {
    const question = this.page.locator('.chat-msg:visible').last();
    await question.hover();
    await question.locator('converse-message-actions .dropdown-toggle').click();
    await question.locator('.chat-msg__action-reaction').click();
    await question.locator('.reaction-item').filter({ hasText: '👍' }).click();
  }

  picture(): Promise<Buffer> {
    return this.page.screenshot();
  }

  /** In the window for commands, at the domain of the bot. */
  async pictureOfForm(): Promise<Buffer> {
    const { page } = this;
    await page.setViewportSize({ width: 900, height: 1080 });
    await page.click('.show-client-info');
    await page.click('#commands-tab');
    await page.fill('converse-adhoc-commands input[name=jid]', COMPONENT);
    await page.click(`converse-adhoc-commands li:visible >> text=${COMPONENT}`); // as it is suggested
    await page.click('converse-adhoc-commands input[type=submit]');
    await page.click('[data-command-node=policy]');
    await page.waitForSelector('converse-adhoc-commands select');
    return await page.locator('.modal-content:visible').screenshot();
  }

  close(): Promise<void> {
    return this.#context.close();
  }
}

/** Nothing comes from outside: what is not in the package is not found. */
function answer(route: Route, options: ConverseOptions): Promise<void> {
  const { origin, pathname } = new URL(route.request().url());
  const path = join(options.dist, pathname);
  if (origin !== ORIGIN) return route.abort();
  if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: pageFor(options) });
  return existsSync(path) ? route.fulfill({ path }) : route.fulfill({ status: 404 });
}

function pageFor({ jid, password, port }: ConverseOptions): string {
  const settings = {
    jid,
    password,
    auto_login: true,
    websocket_url: `ws://127.0.0.1:${port}/xmpp-websocket`,
    discover_connection_methods: false,
    assets_path: '/',
  };
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Converse.js</title>
    <link rel="stylesheet" href="/converse.min.css"><body class="converse-fullscreen">
    <script type="module">
      import converse from '/${PROGRAM}';
      converse.initialize(${JSON.stringify(settings)});
    </script>`;
}

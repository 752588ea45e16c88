import { readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { App, Owner } from '../app.ts';
import { Desktop } from '../desktop.ts';
import { asUser, giveToUser, newHome } from '../home.ts';
import { certificateFor, listenWithTls } from '../starttls.ts';
import { addAccount } from './dino-database.ts';

/** Of loopback, where nobody else listens on the port of XMPP. */
const ADDRESSES: Readonly<Record<string, string>> = { alice: '127.52.22.1', bob: '127.52.22.2' };
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

const REMOTE = { name: 'im.dino.Dino', path: '/im/dino/Dino' };

/** Where the parts of the window are. */
const TITLE = '588x48+306+5';
const CHAT = '588x490+306+52';
const INPUT = '500x36+324+545';

const MENU_MS = 1000;
/** Where the mouse shows no menu. */
const ASIDE = { x: 100, y: 500 };
/** Where the first picture of a heading's row is, from the last word of the heading. */
const BELOW_HEADING = { x: 45, y: 36 };

/** Somebody's Dino. */
class Dino implements App {
  readonly asksTheAbsent = true;
  readonly #desktop: Desktop;
  readonly #server: Server;

  constructor(desktop: Desktop, server: Server) {
    this.#desktop = desktop;
    this.#server = server;
  }

  async openChat(jid: string): Promise<void> {
    const uris = `['xmpp:${jid}?message']`;
    this.#desktop.call(REMOTE, 'org.freedesktop.Application.Open', uris, '{}');
    await this.#desktop.see(jid, TITLE);
  }

  async write(text: string): Promise<void> {
    this.#desktop.type(text);
    await this.#desktop.see(text, INPUT);
    this.#desktop.press('Return');
  }

  see(words: string): Promise<void> {
    return this.#desktop.see(words, CHAT);
  }

  /** It cannot be read: whoever looks at the picture sees it. */
  async seeTick(): Promise<void> {}

  /** By its own 👍: the window for it opens above the menu of the message that the mouse is on. */
  async sayYes(): Promise<void> {
    await this.#pointAt('asks');
    const windows = this.#desktop.accessible();
    const talk = windows.find('DinoUiConversationSummaryConversationView');
    const [button = ''] = windows.partsOf(windows.find('GtkMenuButton', talk));
    windows.click(button);
    await this.#desktop.see('Smileys & People');
    this.#desktop.type('thumbs up');
    const { x, y } = await this.#desktop.find('Clothing');
    this.#desktop.click({ x: x - BELOW_HEADING.x, y: y + BELOW_HEADING.y });
    this.#desktop.moveTo(ASIDE);
  }

  /** Its menu comes up once the mouse moves on it. */
  async #pointAt(word: string): Promise<void> {
    const { x, y } = await this.#desktop.find(word, CHAT);
    for (const step of [0, 5]) {
      this.#desktop.moveTo({ x: x + step, y: y + step });
      await delay(MENU_MS);
    }
  }

  async picture(): Promise<Buffer> {
    return this.#desktop.picture();
  }

  async close(): Promise<void> {
    await this.#desktop.close();
    this.#server.close();
  }
}

/** As it comes: receipts are on. */
export async function openDino(owner: Owner): Promise<App> {
  const [user = '', domain = ''] = owner.jid.split('@');
  const home = newHome({});
  const address = ADDRESSES[user] ?? '';
  const certificate = certificateFor(domain, home);
  const server = await listenWithTls(address, { domain, certificate, port: owner.ports.c2s });
  writeFileSync(join(home, 'hosts'), `127.0.0.1 localhost\n${address} ${domain}\n`);
  writeFileSync(join(home, 'authorities'), readFileSync(AUTHORITIES, 'utf8') + certificate.cert);
  writeFileSync(join(home, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  giveToUser(home);
  const desktop = await Desktop.open(home);
  await desktop.runOnce(asUser('dino-im'), 'create an account');
  addAccount(join(home, '.local/share/dino/dino.db'), owner);
  giveToUser(home);
  // Without a window manager its windows for pictures stay hidden.
  desktop.run(...asUser('openbox'));
  desktop.run(...withFiles(home, asUser('dino-im')));
  desktop.fill('Dino');
  await desktop.see('to start a chat');
  desktop.moveTo(ASIDE);
  return new Dino(desktop, server);
}

/**
 * Dino finds its server by the name of the domain alone, and insists on a certificate that it trusts. It alone gets files
 * that say so in place of those of this machine.
 */
function withFiles(home: string, command: readonly string[]): readonly string[] {
  const files = {
    hosts: '/etc/hosts',
    'resolv.conf': '/etc/resolv.conf',
    authorities: AUTHORITIES,
  };
  const mounts = Object.entries(files).map(([from, to]) => `mount --bind ${home}/${from} ${to}`);
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const line = [...mounts, `exec ${command.join(' ')}`].join(' && ');
  return ['unshare', '--mount', ...asRoot, 'sh', '-c', line];
}

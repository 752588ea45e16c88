import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import type { App, Owner } from '../app.ts';
import { Desktop } from '../desktop.ts';
import { asUser, giveToUser, newHome } from '../home.ts';
import { certificateFor, listenWithTls } from '../starttls.ts';
import { writeDatabase } from './dino-database.ts';

/** Of loopback, where nobody else listens on the port of XMPP. */
const ADDRESSES: Readonly<Record<string, string>> = { alice: '127.52.22.1', bob: '127.52.22.2' };
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

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
    this.#desktop.click(await this.#desktop.find(jid.slice(0, 15)));
    await this.#desktop.see('Type a message');
  }

  async write(text: string): Promise<void> {
    this.#desktop.type(text);
    await this.#desktop.see(text);
    this.#desktop.press('Return');
  }

  see(words: string): Promise<void> {
    return this.#desktop.see(words);
  }

  /** It cannot be read: whoever looks at the picture sees it. */
  async seeTick(): Promise<void> {}

  async sayYes(): Promise<void> {
    await this.write('yes');
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
  mkdirSync(join(home, '.local/share/dino'), { recursive: true });
  writeDatabase(join(home, '.local/share/dino/dino.db'), owner);
  writeFileSync(join(home, 'hosts'), `127.0.0.1 localhost\n${address} ${domain}\n`);
  writeFileSync(join(home, 'authorities'), readFileSync(AUTHORITIES, 'utf8') + certificate.cert);
  writeFileSync(join(home, 'resolv.conf'), 'nameserver 127.0.0.1\n');
  giveToUser(home);
  const desktop = await Desktop.open(home);
  desktop.run(...withFiles(home, asUser('dino-im')));
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

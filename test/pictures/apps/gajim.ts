import { rmSync } from 'node:fs';
import type { App, Owner } from '../app.ts';
import { Desktop } from '../desktop.ts';
import { asUser } from '../home.ts';
import { seen } from '../seen.ts';
import { ACCOUNT, makeHome } from './gajim-home.ts';

const SIZE = { width: 900, height: 600 };
const REMOTE = { name: 'org.gajim.Gajim', path: '/org/gajim/dbus/RemoteObject' };
const ACTIONS = { name: 'org.gajim.Gajim', path: '/org/gajim/Gajim' };

/** Where the parts of the window are. */
const TITLE = '480x60+420+25';
const CHAT = '480x466+420+86';

/** Somebody's Gajim. */
class Gajim implements App {
  readonly asksTheAbsent = true;
  readonly #desktop: Desktop;
  #openChat = '';

  constructor(desktop: Desktop) {
    this.#desktop = desktop;
  }

  /** Resolves when it is online. */
  async begin(): Promise<void> {
    this.#desktop.run(...asUser('gajim'));
    await seen(() => this.#ask('get_status', ACCOUNT).includes('online'), 'Gajim to be online');
  }

  async openChat(jid: string): Promise<void> {
    const chat = `[<['${ACCOUNT}', '${jid}']>]`;
    this.#desktop.call(ACTIONS, 'org.gtk.Actions.Activate', 'open-chat', chat, '{}');
    this.#openChat = jid;
    await this.#desktop.see(jid.replace(/@.*/, ''), TITLE);
  }

  /** By its remote control, which sends as its user would. */
  async write(text: string): Promise<void> {
    this.#ask('send_chat_message', this.#openChat, text, ACCOUNT);
    await this.#desktop.see(text, CHAT);
  }

  see(words: string): Promise<void> {
    return this.#desktop.see(words, CHAT);
  }

  /** It cannot be read: whoever looks at the picture sees it. */
  async seeTick(): Promise<void> {}

  /** This version has no reactions. */
  sayYes(): Promise<void> {
    return this.write('yes');
  }

  async picture(): Promise<Buffer> {
    return this.#desktop.picture();
  }

  close(): Promise<void> {
    return this.#desktop.close();
  }

  #ask(method: string, ...words: readonly string[]): string {
    return this.#desktop.call(REMOTE, `org.gajim.dbus.RemoteInterface.${method}`, ...words);
  }
}

/** With "Message Receipts (✔)" switched on in the preferences. */
export async function openGajim({ jid, password, ports, contacts }: Owner): Promise<App> {
  const home = makeHome({ jid, password, port: ports.c2s, size: SIZE, chats: contacts });
  process.on('exit', () => rmSync(home, { recursive: true, force: true }));
  const gajim = new Gajim(await Desktop.open(home));
  await gajim.begin();
  return gajim;
}

import type { App, Owner } from '../app.ts';
import { Desktop } from '../desktop.ts';
import { asUser, newHome } from '../home.ts';
import { accountFor, OPTIONS } from './psi-settings.ts';

const PROFILE = '.config/psi+/profiles/default';
const REMOTE = { name: 'org.psi-im.Psi', path: '/Main' };

/** Where the parts of the window are. */
const TITLE = '600x62+0+0';
const CHAT = '602x460+0+62';
const INPUT = '575x40+0+545';

/** Somebody's Psi+, everything in one window. */
class Psi implements App {
  readonly asksTheAbsent = true;
  readonly #desktop: Desktop;

  constructor(desktop: Desktop) {
    this.#desktop = desktop;
  }

  async openChat(jid: string): Promise<void> {
    const uri = `xmpp:${jid}?message;type=chat`;
    this.#desktop.call(REMOTE, 'org.psi_im.Psi.Main.openURI', uri);
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

  /** The icon before the message changes, and that cannot be read: whoever looks at the picture sees it. */
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
}

/** As it comes: receipts are on. */
export async function openPsi(owner: Owner): Promise<App> {
  const home = newHome({
    [`${PROFILE}/options.xml`]: OPTIONS,
    [`${PROFILE}/accounts.xml`]: accountFor(owner),
  });
  const desktop = await Desktop.open(home);
  desktop.run(...asUser('psi-plus'));
  const { x, y } = await desktop.find('password');
  desktop.click({ x, y: y + 27 }); // into the line below
  desktop.type(owner.password);
  desktop.press('Return');
  await desktop.see('General'); // the contacts have come
  return new Psi(desktop);
}

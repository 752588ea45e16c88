import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { accountOf } from '../../support/client/login.ts';
import { giveToUser } from '../home.ts';

export interface GajimOptions {
  readonly jid: string;
  readonly password: string;
  /** Of the server's c2s. */
  readonly port: number;
  readonly size: { readonly width: number; readonly height: number };
  /** The chats that it begins with. */
  readonly chats: readonly string[];
}

/** What it calls the account. */
export const ACCOUNT = 'pictures';

/** A new home in which Gajim finds its settings, as Gajim 1.7 keeps them. */
export function makeHome(options: GajimOptions): string {
  const home = mkdtempSync(join(tmpdir(), 'gajim-'));
  const folder = join(home, '.config/gajim');
  mkdirSync(folder, { recursive: true });
  const file = new Database(join(folder, 'settings.sqlite'));
  file.exec('CREATE TABLE settings (name TEXT UNIQUE, settings TEXT)');
  file.exec('CREATE TABLE account_settings (account TEXT UNIQUE, settings TEXT)');
  file.pragma('user_version = 5');
  for (const [name, values] of Object.entries(settingsFor(options)))
    file.prepare('INSERT INTO settings VALUES (?, ?)').run(name, JSON.stringify(values));
  const account = { account: accountFor(options), contact: {}, group_chat: {} };
  file.prepare('INSERT INTO account_settings VALUES (?, ?)').run(ACCOUNT, JSON.stringify(account));
  file.close();
  giveToUser(home);
  return home;
}

function settingsFor({ size, chats }: GajimOptions): Readonly<Record<string, object>> {
  const chat = { account: ACCOUNT, type: 'contact', pinned: false, position: -1 };
  return {
    app: {
      remote_control: true,
      use_keyring: false,
      positive_184_ack: true, // Message Receipts (✔) in the preferences
      dark_theme: 0,
      check_for_update: false,
      mainwin_width: size.width,
      mainwin_height: size.height,
    },
    soundevents: {},
    status_presets: {},
    proxies: {},
    plugins: {},
    workspaces: {
      first: {
        name: 'Home',
        color: '',
        avatar_sha: '',
        chats: chats.map((jid) => ({ ...chat, jid })),
      },
    },
  };
}

function accountFor({ jid, password, port }: GajimOptions): object {
  const { user, domain } = accountOf(jid, password);
  return {
    name: user,
    hostname: domain,
    password,
    account_label: jid,
    active: true,
    default_workspace: 'first',
    use_custom_host: true,
    custom_host: '127.0.0.1',
    custom_port: port,
    custom_type: 'PLAIN',
    use_plain_connection: true,
    confirm_unencrypted_connection: false,
  };
}

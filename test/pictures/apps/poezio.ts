import type { Browser } from 'playwright-core';
import type { App, Owner } from '../app.ts';
import { asUser, newHome } from '../home.ts';
import { seen } from '../seen.ts';
import { Terminal } from '../terminal.ts';
import { TerminalApp } from '../terminal-app.ts';

/** As it comes: receipts are on. */
export async function openPoezio(owner: Owner, browser: Browser): Promise<App> {
  const home = newHome({ '.config/poezio/poezio.cfg': settingsFor(owner) });
  const terminal = Terminal.start({ command: asUser('poezio'), home });
  await terminal.see('Your JID is');
  return new TerminalApp(browser, terminal, {
    asksTheAbsent: true,
    openChat: (_, jid) => openTab(terminal, jid),
    isTicked: (line) => line.includes('✔'),
  });
}

/** The first tab, the one with the contacts, takes letters after the slash only. */
async function openTab(terminal: Terminal, jid: string): Promise<void> {
  terminal.press('/');
  await seen(() => !terminal.text().includes('Enter commands'), 'the line for commands');
  await terminal.enter(`message ${jid}`);
  await terminal.see(`[${jid}]`);
}

function settingsFor({ jid, password, ports }: Owner): string {
  return [
    '[Poezio]',
    `jid = ${jid}`,
    `password = ${password}`,
    'custom_host = 127.0.0.1',
    `custom_port = ${ports.c2s}`,
    'force_encryption = false',
    'ignore_certificate = true',
    '',
  ].join('\n');
}

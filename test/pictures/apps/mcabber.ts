import type { Browser } from 'playwright-core';
import type { App, Owner } from '../app.ts';
import { asUser, newHome } from '../home.ts';
import { Terminal } from '../terminal.ts';
import { TerminalApp } from '../terminal-app.ts';

/** As it comes: it asks for receipts, and shows "r->" until one comes. */
export async function openMcabber(owner: Owner, browser: Browser): Promise<App> {
  const home = newHome({ '.mcabber/mcabberrc': settingsFor(owner) });
  const terminal = Terminal.start({ command: asUser('mcabber'), home });
  await terminal.see('Your status has been set');
  return new TerminalApp(browser, terminal, {
    asksTheAbsent: false,
    openChat: async (_, jid) => {
      await terminal.enter(`/roster search ${jid}`);
      await terminal.see(`Buddy: ${jid}`);
    },
    isTicked: (line) => line.includes('-->'),
  });
}

function settingsFor({ jid, password, ports }: Owner): string {
  return [
    `set jid = ${jid}`,
    `set password = ${password}`,
    'set server = 127.0.0.1',
    `set port = ${ports.c2s}`,
    'set tls = 0',
    'set ssl = 0',
    '',
  ].join('\n');
}

import type { Browser } from 'playwright-core';
import type { App, Owner } from '../app.ts';
import { asUser, newHome } from '../home.ts';
import { Terminal } from '../terminal.ts';
import { TerminalApp } from '../terminal-app.ts';

/** It is red as long as nobody has confirmed it. */
const RED = '\u001b[31m';

/** With receipts switched on, as its user does it. */
export async function openProfanity(owner: Owner, browser: Browser): Promise<App> {
  const home = newHome({ '.local/share/profanity/accounts': accountFor(owner) });
  const terminal = Terminal.start({ command: asUser('profanity', '-a', owner.jid), home });
  await terminal.see('logged in successfully');
  for (const line of ['/receipts request on', '/receipts send on']) await terminal.enter(line);
  return new TerminalApp(browser, terminal, {
    asksTheAbsent: true,
    openChat: (_, jid) => terminal.enter(`/msg ${jid}`),
    isTicked: (line) => !line.includes(RED),
  });
}

function accountFor({ jid, password, ports }: Owner): string {
  return [
    `[${jid}]`,
    'enabled=true',
    `jid=${jid}`,
    `password=${password}`,
    'server=127.0.0.1',
    `port=${ports.c2s}`,
    'resource=profanity',
    'tls.policy=disable',
    '',
  ].join('\n');
}

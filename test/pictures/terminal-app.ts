import type { Browser } from 'playwright-core';
import type { App } from './app.ts';
import { seen } from './seen.ts';
import type { Terminal } from './terminal.ts';
import { terminalPicture } from './terminal-picture.ts';

/** What is different in each client of a terminal. */
export interface Manners {
  readonly asksTheAbsent: boolean;
  openChat(terminal: Terminal, jid: string): Promise<void>;
  /** Whether a line with a message of one's own, with the codes of its colours, says that it arrived. */
  isTicked(line: string): boolean;
}

/** A client in a terminal. */
export class TerminalApp implements App {
  readonly #browser: Browser;
  readonly #terminal: Terminal;
  readonly #manners: Manners;

  /** The browser draws the pictures. */
  constructor(browser: Browser, terminal: Terminal, manners: Manners) {
    this.#browser = browser;
    this.#terminal = terminal;
    this.#manners = manners;
  }

  get asksTheAbsent(): boolean {
    return this.#manners.asksTheAbsent;
  }

  openChat(jid: string): Promise<void> {
    return this.#manners.openChat(this.#terminal, jid);
  }

  write(text: string): Promise<void> {
    return this.#terminal.enter(text);
  }

  see(words: string): Promise<void> {
    return this.#terminal.see(words);
  }

  async seeTick(text: string): Promise<void> {
    const isTicked = () => {
      const lines = this.#terminal.coloured().split('\n');
      return lines.some((line) => line.includes(text) && this.#manners.isTicked(line));
    };
    await seen(isTicked, `a tick at "${text}"`);
  }

  /** No client in a terminal that we know has reactions. */
  sayYes(): Promise<void> {
    return this.write('yes');
  }

  picture(): Promise<Buffer> {
    return terminalPicture(this.#browser, this.#terminal.coloured());
  }

  async close(): Promise<void> {
    this.#terminal.close();
  }
}

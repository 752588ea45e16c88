import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seen } from './seen.ts';

const SIZE = { columns: 100, rows: 24 };

interface TerminalOptions {
  /** The program and its words. */
  readonly command: readonly string[];
  readonly home: string;
}

/** A terminal of one's own (tmux) in which one program runs. */
export class Terminal {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static start({ command, home }: TerminalOptions): Terminal {
    const folder = mkdtempSync(join(tmpdir(), 'terminal-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    const terminal = new Terminal(join(folder, 'tmux'));
    const size = ['-x', String(SIZE.columns), '-y', String(SIZE.rows)];
    const env = { HOME: home, LANG: 'C.UTF-8', TZ: 'UTC' };
    const words = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const program = ['env', '-u', 'XDG_CONFIG_HOME', '-u', 'XDG_DATA_HOME', ...words, ...command];
    terminal.#tmux('new-session', '-d', ...size, ...program);
    terminal.#tmux('set-option', '-g', 'remain-on-exit', 'on');
    process.on('exit', () => terminal.close());
    return terminal;
  }

  /** Types a line and ends it by Enter. */
  async enter(line: string): Promise<void> {
    this.#tmux('send-keys', '-l', line);
    await this.see(line.slice(-20)); // a busy program reads the keys late
    this.press('Enter');
  }

  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  /** Resolves when these words are on the screen; where a line is broken does not matter. */
  async see(words: string): Promise<void> {
    const isThere = () => withoutSpaces(this.text()).includes(withoutSpaces(words));
    await seen(isThere, `"${words}" on this screen:\n${this.text()}`).catch((error) => {
      throw new Error(`${error.message}\nlast:\n${this.text()}`);
    });
  }

  text(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** The screen with the colours, as escape sequences. */
  coloured(): string {
    return this.#tmux('capture-pane', '-p', '-e', '-N');
  }

  close(): void {
    try {
      this.#tmux('kill-server');
    } catch {
      // it has ended already
    }
  }

  #tmux(...words: readonly string[]): string {
    const all = ['-S', this.#socket, '-f', '/dev/null', ...words];
    return execFileSync('tmux', all, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, '');
}

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { ACCOUNT, asUser, type GajimOptions, makeHome } from './gajim-home.ts';
import { until } from './until.ts';

const PROGRAMS = ['gajim', 'Xvfb', 'dbus-daemon', 'gdbus'];
const BUS = ['dbus-daemon', '--session', '--nofork', '--print-address'];

/** Debian's, which has the library that Gajim shows pictures with. */
const PYTHON = '/usr/bin/python3';
const GRAB =
  'import sys; from PIL import ImageGrab; ImageGrab.grab(xdisplay=sys.argv[1]).save(sys.stdout.buffer, "PNG")';

/** What is missing on this machine to run Gajim. */
export function missingForGajim(): readonly string[] {
  return PROGRAMS.filter((name) => spawnSync('which', [name]).status !== 0);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Somebody's Gajim on a screen of its own, used by its remote control. */
export class Gajim {
  readonly #processes: readonly ChildProcess[];
  readonly #environment: Environment;

  private constructor(processes: readonly ChildProcess[], environment: Environment) {
    this.#processes = processes;
    this.#environment = environment;
  }

  /** Logs in; resolves when it is online. */
  static async open(options: GajimOptions): Promise<Gajim> {
    const home = makeHome(options);
    process.on('exit', () => rmSync(home, { recursive: true }));
    const { PATH } = process.env;
    const environment = { PATH, HOME: home, XDG_RUNTIME_DIR: home, LANG: 'C.UTF-8', TZ: 'UTC' };
    const size = `${options.size.width}x${options.size.height}x24`;
    const screen = start(['Xvfb', '-displayfd', '1', '-screen', '0', size], environment);
    const bus = start(asUser(...BUS), environment);
    const where = {
      ...environment,
      DISPLAY: `:${await firstLine(screen)}`,
      DBUS_SESSION_BUS_ADDRESS: await firstLine(bus),
    };
    const gajim = new Gajim([start(asUser('gajim'), where), bus, screen], where);
    await until(() => gajim.#ask('get_status', ACCOUNT).includes('online'), 'Gajim to be online');
    return gajim;
  }

  send(jid: string, text: string): void {
    this.#ask('send_chat_message', jid, text, ACCOUNT);
  }

  /** Resolves when so many messages are unread. */
  async seeUnread(many: number): Promise<void> {
    const isSo = () => this.#ask('get_unread_msgs_number').includes(`'${many}'`);
    await until(isSo, `${many} unread messages`);
  }

  openChat(jid: string): void {
    this.#call('/org/gajim/Gajim', 'org.gtk.Actions.Activate', [
      ...['open-chat', `[<['${ACCOUNT}', '${jid}']>]`, '{}'],
    ]);
  }

  /** What is on its screen, as PNG. */
  screenshot(): Buffer {
    return execFileSync(PYTHON, ['-c', GRAB, this.#environment['DISPLAY'] ?? '']);
  }

  async close(): Promise<void> {
    for (const child of this.#processes) {
      if (child.kill()) await once(child, 'exit');
    }
  }

  #ask(method: string, ...words: readonly string[]): string {
    const name = `org.gajim.dbus.RemoteInterface.${method}`;
    return this.#call('/org/gajim/dbus/RemoteObject', name, words);
  }

  /** What it answers; nothing while it starts. */
  #call(object: string, method: string, words: readonly string[]): string {
    const to = ['--session', '--dest', 'org.gajim.Gajim', '--object-path', object];
    const [program = '', ...rest] = asUser('gdbus', 'call', ...to, '--method', method, ...words);
    return spawnSync(program, rest, { env: this.#environment, encoding: 'utf8' }).stdout;
  }
}

/** It ends with us at the latest. */
function start([program = '', ...words]: readonly string[], env: Environment): ChildProcess {
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  process.on('exit', () => child.kill());
  return child;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const [text] = await once(stdout as NonNullable<typeof stdout>, 'data');
  return String(text).trim();
}

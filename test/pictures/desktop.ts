import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Accessible } from './accessible.ts';
import { asUser } from './home.ts';
import { seen } from './seen.ts';
import { type Area, type Spot, spotOf, textIn, WHOLE } from './sight.ts';

const SIZE = '900x600x24';
const BUS = ['dbus-daemon', '--session', '--nofork', '--print-address'];

const ACCESSIBILITY = { name: 'org.a11y.Bus', path: '/org/a11y/bus' };

type Environment = Readonly<Record<string, string | undefined>>;

/** A screen of one's own (Xvfb) with a message bus, for one program. It is used by mouse and keys, and read by its pixels. */
export class Desktop {
  readonly #processes: ChildProcess[];
  readonly #environment: Environment;

  private constructor(processes: ChildProcess[], environment: Environment) {
    this.#processes = processes;
    this.#environment = environment;
  }

  static async open(home: string): Promise<Desktop> {
    const { PATH } = process.env;
    const environment = { PATH, HOME: home, XDG_RUNTIME_DIR: home, LANG: 'C.UTF-8', TZ: 'UTC' };
    const screen = start(['Xvfb', '-displayfd', '1', '-screen', '0', SIZE, '-wr'], environment);
    const bus = start(asUser(...BUS), environment);
    return new Desktop([bus, screen], {
      ...environment,
      DISPLAY: `:${await firstLine(screen)}`,
      DBUS_SESSION_BUS_ADDRESS: await firstLine(bus),
    });
  }

  /** Starts a program on it. */
  run(...command: readonly string[]): void {
    this.#processes.unshift(start(command, this.#environment));
  }

  /** Starts a program and ends it when it shows these words. */
  async runOnce(command: readonly string[], words: string): Promise<void> {
    this.run(...command);
    await this.see(words);
    await end(this.#processes.shift());
  }

  /** Calls a program over the message bus; what it answers, or nothing as long as it is not there. */
  call(to: { readonly name: string; readonly path: string }, ...words: readonly string[]): string {
    const target = ['--session', '--dest', to.name, '--object-path', to.path, '--method'];
    const [program = '', ...rest] = asUser('gdbus', 'call', ...target, ...words);
    return spawnSync(program, rest, { env: this.#environment, encoding: 'utf8' }).stdout;
  }

  /** The windows as a screen reader has them. */
  accessible(): Accessible {
    const answer = this.call(ACCESSIBILITY, 'org.a11y.Bus.GetAddress');
    const [, address = ''] = /'(unix:[^']+)'/.exec(answer) ?? [];
    return new Accessible(address);
  }

  type(text: string): void {
    this.#use('type', '--delay', '30', text);
  }

  press(key: string): void {
    this.#use('key', key);
  }

  moveTo({ x, y }: Spot): void {
    this.#use('mousemove', String(x), String(y));
  }

  click(spot: Spot): void {
    this.moveTo(spot);
    this.#use('click', '1');
  }

  /** Makes the window of that title as large as the screen; resolves when it is there. */
  fill(title: string): void {
    const [width = '', height = ''] = SIZE.split('x');
    const window = ['search', '--sync', '--onlyvisible', '--name', title];
    this.#use(...window, 'windowsize', width, height);
  }

  /** Resolves with the place of this word when it is on the screen. */
  async find(word: string, area: Area = WHOLE): Promise<Spot> {
    const spots: Spot[] = [];
    const isThere = async () => {
      const spot = await spotOf(word, this.picture(), area);
      return spot !== undefined && spots.push(spot) > 0;
    };
    await seen(isThere, `"${word}" on the screen`);
    return spots[0] as Spot;
  }

  /** Resolves when these words are on the screen; where a line is broken does not matter. */
  async see(words: string, area: Area = WHOLE): Promise<void> {
    const isThere = async () =>
      letters(await textIn(this.picture(), area)).includes(letters(words));
    await seen(isThere, `"${words}" on the screen`);
  }

  /** What is on the screen, as PNG. */
  picture(): Buffer {
    return execFileSync('import', ['-window', 'root', 'png:-'], {
      env: this.#environment,
      maxBuffer: 2 ** 26,
    });
  }

  async close(): Promise<void> {
    for (const child of this.#processes) await end(child);
  }

  #use(...words: readonly string[]): void {
    execFileSync('xdotool', words, { env: this.#environment });
  }
}

/**
 * What is read from pixels may be wrong in what stands between the letters, takes "I" for "|" or "l",
 * and two letters for one.
 */
function letters(text: string): string {
  return text
    .replaceAll(/[|l]/g, 'i')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
    .replaceAll(/(.)\1+/gu, '$1');
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  if (child.kill()) await once(child, 'exit');
}

/** It ends with us at the latest. */
function start([program = '', ...words]: readonly string[], env: Environment): ChildProcess {
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  process.on('exit', () => child.kill('SIGKILL'));
  return child;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  const [text] = await once(stdout as NonNullable<typeof stdout>, 'data');
  return String(text).trim();
}

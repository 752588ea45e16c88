import { spawnSync } from 'node:child_process';
import { asUser } from './home.ts';

const ROOT = '/org/a11y/atspi/accessible/root';
const REGISTRY = 'org.a11y.atspi.Registry';

/** A part of a window, by its path on the bus. */
export type Part = string;

/**
 * The windows of the one program on a desktop as a screen reader has them (AT-SPI): a tree of parts
 * with names. Some buttons are there only as long as the mouse is elsewhere.
 */
export class Accessible {
  readonly #bus: string;
  readonly #program: string;

  /** `bus`: the address of the accessibility bus. */
  constructor(bus: string) {
    this.#bus = bus;
    const [program] = this.#call(REGISTRY, ROOT, 'Accessible.GetChildren').match(/:\d+\.\d+/) ?? [];
    if (program === undefined) throw new Error('no program is on the accessibility bus');
    this.#program = program;
  }

  /** The first part with that name in that part, or in all windows. */
  find(name: string, within: Part = ROOT): Part {
    const found = this.#search(name, within);
    if (found === undefined) throw new Error(`no part of a window is named ${name}`);
    return found;
  }

  /** As if it were clicked. */
  click(part: Part): void {
    this.#call(this.#program, part, 'Action.DoAction', '0');
  }

  #search(name: string, within: Part): Part | undefined {
    for (const part of this.partsOf(within)) {
      const found = this.#isNamed(name, part) ? part : this.#search(name, part);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  partsOf(part: Part): readonly Part[] {
    const answer = this.#call(this.#program, part, 'Accessible.GetChildren');
    return [...answer.matchAll(/objectpath '([^']+)'|', '(\/[^']+)'/g)].map(
      ([, first, other = '']) => first ?? other,
    );
  }

  #isNamed(name: string, part: Part): boolean {
    const property = ['org.a11y.atspi.Accessible', 'Name'];
    const answer = this.#ask(
      this.#program,
      part,
      'org.freedesktop.DBus.Properties.Get',
      ...property,
    );
    return answer.includes(`<'${name}'>`);
  }

  #call(dest: string, path: string, method: string, ...words: readonly string[]): string {
    return this.#ask(dest, path, `org.a11y.atspi.${method}`, ...words);
  }

  #ask(dest: string, path: string, method: string, ...words: readonly string[]): string {
    const target = ['--dest', dest, '--object-path', path, '--method', method];
    const [program = '', ...rest] = asUser(
      'gdbus',
      'call',
      '--address',
      this.#bus,
      ...target,
      ...words,
    );
    const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the accessibility bus does not answer: ${stderr}`);
    return stdout;
  }
}

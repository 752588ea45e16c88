import { styleText } from 'node:util';
import { type Happening, nameOf } from './happening.ts';
import type { Outcome, Printer } from './printer.ts';
import { actorOf, wordsOf } from './words.ts';

type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'red';

const MARKS = { act: ' ', message: '▶', fact: '·', receipt: '◀' } as const;
const WIDTHS = { time: 8, actor: 13, id: 7, recipient: 7, known: 28 } as const;

/** The timeline for people: one line for each thing that happens, times counted from the scene's first line. */
export class Timeline implements Printer {
  readonly #isColoured: boolean;
  #scene = 0;
  #sceneBeganAt: number | undefined;

  constructor(isColoured: boolean) {
    this.#isColoured = isColoured;
  }

  progress(text: string): void {
    print(text);
  }

  beginScene(title: string): void {
    this.#scene += 1;
    this.#sceneBeganAt = undefined;
    print('', this.#paint('bold', `${this.#scene}. ${title}`));
  }

  show(happening: Happening): void {
    this.#sceneBeganAt ??= happening.at;
    const ms = Math.round(happening.at - this.#sceneBeganAt);
    const line = [
      `${ms} ms`.padStart(WIDTHS.time),
      MARKS[happening.kind],
      actorOf(happening).padEnd(WIDTHS.actor),
      idOf(happening).padEnd(WIDTHS.id),
      wordsOf(happening),
    ].join(' ');
    print(this.#paint(styleOf(happening), line));
  }

  conclude(outcomes: readonly Outcome[]): void {
    print('', this.#paint('bold', 'What became of the messages'), '');
    print(this.#paint('dim', row('message', 'to', 'last known', 'what the sender was told')));
    for (const { id, recipient, known, told } of outcomes) {
      print(
        row(
          id,
          nameOf(recipient),
          known,
          told.length === 0 ? 'nothing' : told.map(item).join(', '),
        ),
      );
    }
    const count = outcomes.reduce((sum, { told }) => sum + told.length, 0);
    print('', `${count} receipts, each counted from what it tells of to its arrival.`);
  }

  #paint(style: Style | undefined, text: string): string {
    if (!this.#isColoured || style === undefined) return text;
    return styleText(style, text);
  }
}

function print(...lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}

function idOf(happening: Happening): string {
  return happening.kind === 'act' ? '' : happening.key.id;
}

function styleOf(happening: Happening): Style | undefined {
  if (happening.kind === 'message') return 'cyan';
  if (happening.kind === 'receipt') return happening.status === 'failed' ? 'red' : 'green';
  return happening.kind === 'fact' ? 'dim' : undefined;
}

function item({ status, afterMs }: Outcome['told'][number]): string {
  return `${status} after ${afterMs} ms`;
}

function row(...[id = '', recipient = '', known = '', told = '']: readonly string[]): string {
  return `  ${id.padEnd(WIDTHS.id + 2)}${recipient.padEnd(WIDTHS.recipient)}${known.padEnd(WIDTHS.known)}${told}`;
}

import { styleText } from 'node:util';
import { type Happening, nameOf } from './happening.ts';
import type { Outcome, Printer } from './printer.ts';
import { actorOf, wordsOf } from './words.ts';

type Style = 'bold' | 'dim' | 'cyan' | 'green' | 'red' | 'yellow';

const MARKS = { act: ' ', message: '▶', fact: '·', receipt: '◀', tick: '✓', chat: '»' } as const;
const WIDTHS = { time: 8, actor: 13, id: 7, recipient: 7, known: 28, tick: 12 } as const;
const INDENT = WIDTHS.time + WIDTHS.actor + WIDTHS.id + 5;
const MIN_COLUMNS = 80;
const USUAL_COLUMNS = 110;

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
      happening.kind === 'chat' ? folded(wordsOf(happening)) : wordsOf(happening),
    ].join(' ');
    print(this.#paint(styleOf(happening), line));
  }

  conclude(outcomes: readonly Outcome[]): void {
    print('', this.#paint('bold', 'What became of the messages'), '');
    const heads = ['message', 'to', 'last known', 'tick by', 'what the sender was told'];
    print(this.#paint('dim', row(...heads)));
    for (const outcome of outcomes) print(rowOf(outcome));
    const receipts = outcomes.reduce((sum, { told }) => sum + told.length, 0);
    const ticks = outcomes.filter(({ tick }) => tick === 'server').length;
    print(
      '',
      `${receipts} receipts, each counted from what it tells of to its arrival;`,
      `${ticks} ticks in Alice’s own app that the server gave on a recipient’s behalf.`,
    );
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
  return happening.kind === 'act' || happening.kind === 'chat' ? '' : happening.key.id;
}

function styleOf(happening: Happening): Style | undefined {
  if (happening.kind === 'receipt') return happening.status === 'failed' ? 'red' : 'green';
  return STYLES[happening.kind];
}

const STYLES = {
  act: undefined,
  message: 'cyan',
  fact: 'dim',
  tick: 'green',
  chat: 'yellow',
} as const;

/** Lines that are too long are broken between words, and all stand below the first. */
function folded(text: string): string {
  const columns = Math.max(process.stdout.columns ?? USUAL_COLUMNS, MIN_COLUMNS) - INDENT;
  const pieces = new RegExp(`(.{1,${columns}})(?: +|$)`, 'gu');
  const lines = text.split('\n').map((line) => line.replace(pieces, '$1\n').trimEnd());
  return lines.join('\n').replaceAll('\n', `\n${' '.repeat(INDENT)}`);
}

function item({ status, afterMs }: Outcome['told'][number]): string {
  return `${status} after ${afterMs} ms`;
}

function rowOf({ id, recipient, known, tick, told }: Outcome): string {
  const list = told.length === 0 ? 'nothing' : told.map(item).join(', ');
  return row(id, nameOf(recipient), known, tick === undefined ? '–' : `the ${tick}`, list);
}

const COLUMNS = [WIDTHS.id + 2, WIDTHS.recipient, WIDTHS.known, WIDTHS.tick, 0] as const;

function row(...cells: readonly string[]): string {
  return `  ${cells.map((cell, index) => cell.padEnd(COLUMNS[index] ?? 0)).join('')}`;
}

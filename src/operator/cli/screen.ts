import type { Environment } from '../../config/environment.ts';
import { aligned } from './table.ts';

const CODES = { red: 31, green: 32, amber: 33, bold: 1 } as const;

export type Paint = (color: keyof typeof CODES, text: string) => string;

/** How answers look: for people on a terminal, and for programs where it is none. */
export interface Screen {
  readonly isTerminal: boolean;
  /** In that color, on a terminal that has colors. */
  readonly paint: Paint;
  /** Columns on a terminal; else a row is a line, with a tab between two cells. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string;
}

/** https://no-color.org: whoever sets NO_COLOR gets none. */
export function screenOf(
  { isTTY = false }: { readonly isTTY?: boolean },
  { NO_COLOR = '', TERM }: Environment,
): Screen {
  const hasColors = isTTY && NO_COLOR === '' && TERM !== 'dumb';
  const paint: Paint = (color, text) =>
    hasColors ? `\u001b[${CODES[color]}m${text}\u001b[0m` : text;
  return {
    isTerminal: isTTY,
    paint,
    table: (head, rows) => {
      if (!isTTY) return rows.map((row) => row.join('\t')).join('\n');
      const [first = '', ...others] = aligned([head, ...rows]).split('\n');
      return [paint('bold', first), ...others].join('\n');
    },
  };
}

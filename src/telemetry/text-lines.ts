/** What a JSON line of the log holds besides its own fields. */
interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
  readonly [field: string]: unknown;
}

interface Level {
  readonly name: string;
  /** The number of a terminal colour. */
  readonly colour: number;
}

const LEVELS: Readonly<Record<number, Level>> = {
  10: { name: 'trace', colour: 90 },
  20: { name: 'debug', colour: 90 },
  30: { name: 'info', colour: 32 },
  40: { name: 'warn', colour: 33 },
  50: { name: 'error', colour: 31 },
  60: { name: 'fatal', colour: 35 },
};

/** A line of the log for people: time, level, sentence, fields; an error has its lines below. */
export function textOf(json: string, hasColours: boolean): string {
  const {
    level,
    time,
    msg = '',
    err,
    name: _name,
    pid: _pid,
    hostname: _host,
    ...fields
  } = JSON.parse(json) as Line;
  const { name = String(level), colour = 0 } = LEVELS[level] ?? {};
  const word = name.padEnd(5);
  const shown = hasColours ? `\u001b[${colour}m${word}\u001b[0m` : word;
  const words = [
    new Date(time).toISOString(),
    shown,
    visible(msg),
    ...Object.entries(fields).map(fieldText),
  ];
  const below = (err?.stack ?? err?.message ?? '').split('\n').filter((line) => line !== '');
  return [words.join(' '), ...below.map((line) => `    ${visible(line)}`), ''].join('\n');
}

function fieldText([name, value]: readonly [string, unknown]): string {
  const isPlain = typeof value === 'string' && /^[^\s"=]+$/.test(value);
  return visible(`${name}=${isPlain ? value : JSON.stringify(value)}`);
}

/**
 * Others choose ids and addresses. What a terminal obeys, or shows in another order, is written by
 * its number.
 */
function visible(text: string): string {
  return text.replace(
    /[\p{C}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}

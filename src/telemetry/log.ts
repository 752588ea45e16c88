import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { Pseudonyms } from './pseudonyms.ts';
import { textOf } from './text-lines.ts';

export type { Logger };

export interface LogSettings {
  readonly level: string;
  readonly addresses: 'shown' | 'hidden';
  /** The format of the lines; JSON, unless the settings name another. */
  readonly format?: 'json' | 'text';
}

/** A log whose settings can change while it runs, but for the format. */
export interface AdjustableLog {
  readonly log: Logger;
  readonly adjust: (settings: Omit<LogSettings, 'format'>) => void;
}

/** A line for each thing that happened, on standard output if nothing else is named. */
export function createLogger(settings: LogSettings, destination?: DestinationStream): Logger {
  return createAdjustableLog(settings, destination).log;
}

export function createAdjustableLog(
  { level, addresses, format = 'json' }: LogSettings,
  destination?: DestinationStream,
): AdjustableLog {
  let isHidden = addresses === 'hidden';
  const options = { name: 'xmpp-receipts', level, ...hidingWhere(() => isHidden) };
  const log = format === 'text' ? pino(options, asText(destination)) : pino(options, destination);
  return {
    log,
    adjust: (settings) => {
      log.level = settings.level;
      isHidden = settings.addresses === 'hidden';
    },
  };
}

/** Bodies and secrets are never logged; addresses, also those in errors, become pseudonyms. */
function hidingWhere(isHidden: () => boolean): Pick<LoggerOptions, 'hooks'> {
  const pseudonyms = new Pseudonyms();
  const hidden = (value: unknown) => pseudonyms.in(plainOf(value));
  return {
    hooks: {
      logMethod(given, log) {
        log.apply(this, isHidden() ? (given.map(hidden) as typeof given) : given);
      },
    },
  };
}

function plainOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('err' in value)) return value;
  const { err } = value;
  return { ...value, err: err instanceof Error ? { ...pino.stdSerializers.err(err) } : err };
}

function asText(
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): DestinationStream {
  const hasColours = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
  return { write: (line) => void destination.write(textOf(line, hasColours)) };
}

import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

export interface LogSettings {
  readonly level: string;
  readonly addresses: 'shown' | 'hidden';
}

/** A log whose settings can change while it runs. */
export interface AdjustableLog {
  readonly log: Logger;
  readonly adjust: (settings: LogSettings) => void;
}

/** Log fields that hold addresses. Bodies and secrets are never logged. */
const ADDRESSES = ['sender', 'recipient', 'user', 'account'];

/** JSON lines, on standard output if nothing else is named. */
export function createLogger(settings: LogSettings, destination?: DestinationStream): Logger {
  return createAdjustableLog(settings, destination).log;
}

export function createAdjustableLog(
  { level, addresses }: LogSettings,
  destination?: DestinationStream,
): AdjustableLog {
  let isHidden = addresses === 'hidden';
  const censor = (address: unknown) => (isHidden ? '[hidden]' : address);
  const redact = { paths: ADDRESSES, censor };
  const log = pino({ name: 'xmpp-receipts', level, redact }, destination);
  return {
    log,
    adjust: (settings) => {
      log.level = settings.level;
      isHidden = settings.addresses === 'hidden';
    },
  };
}

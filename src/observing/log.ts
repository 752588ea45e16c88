import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger };

export interface LogSettings {
  readonly level: string;
  readonly addresses: 'shown' | 'hidden';
}

/** Log fields that hold addresses. Bodies and secrets are never logged. */
const ADDRESSES = ['sender', 'recipient', 'user', 'account'];

/** JSON lines, on standard output if nothing else is named. */
export function createLogger(
  { level, addresses }: LogSettings,
  destination?: DestinationStream,
): Logger {
  const redact = addresses === 'hidden' ? { redact: { paths: ADDRESSES, censor: '[hidden]' } } : {};
  return pino({ name: 'xmpp-receipts', level, ...redact }, destination);
}

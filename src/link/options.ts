import type { Logger } from '../log.ts';
import type { ReconnectTimings } from './reconnect-policy.ts';

export interface LinkTimings extends ReconnectTimings {
  /** For the connection and the handshake together. */
  readonly connectMs: number;
  /** How long the server may take to say good-bye. */
  readonly closeMs: number;
  /** After so much silence the server is asked whether it is there … */
  readonly keepAliveMs: number;
  /** … and has so long to make itself heard. */
  readonly pingTimeoutMs: number;
  readonly requestMs: number;
}

export interface LinkOptions {
  /** Our name: the component's domain. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly log: Logger;
  readonly random?: () => number;
  readonly timings?: Partial<LinkTimings>;
}

export const TIMINGS: LinkTimings = {
  connectMs: 30_000,
  closeMs: 2_000,
  keepAliveMs: 60_000,
  pingTimeoutMs: 30_000,
  requestMs: 30_000,
  retryFirstMs: 1_000,
  retryMaxMs: 20_000,
  retrySlowMs: 60_000,
  retryRareMs: 3_600_000,
  steadyMs: 30_000,
};

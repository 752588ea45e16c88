import type { Logger } from '../telemetry/log.ts';
import type { Address } from './addresses.ts';
import type { ReconnectTimings } from './reconnect-policy.ts';

export interface LinkTimings extends ReconnectTimings {
  /** Maximum time for the connection and the handshake together. */
  readonly connectMs: number;
  /** The same, where there is another address to try. */
  readonly connectInTurnMs: number;
  /** How long we wait for the server to close its stream. */
  readonly closeMs: number;
  /** How long the server may give no answer before we send a ping … */
  readonly keepAliveMs: number;
  /** … and after this time without an answer we give up the connection. */
  readonly pingTimeoutMs: number;
  readonly requestMs: number;
}

export interface LinkOptions {
  /** Our name: the component's domain. */
  readonly domain: string;
  readonly host: string;
  readonly port: number;
  /** The other nodes of a cluster: after each end of a connection the next address is tried. */
  readonly others?: readonly Address[];
  readonly secret: string;
  readonly log: Logger;
  /** False: somebody else may be connected in our name now, and must not be replaced. */
  readonly mayConnect?: () => boolean;
  readonly random?: () => number;
  readonly timings?: Partial<LinkTimings>;
}

export const TIMINGS: LinkTimings = {
  connectMs: 30_000,
  connectInTurnMs: 5_000,
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

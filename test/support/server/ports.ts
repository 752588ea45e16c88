import { createServer } from 'node:net';
import type { Ports, ServerOptions } from './options.ts';

// Below the range that Linux gives to outgoing connections: one of those could else sit on our port
// while a server is being restarted.
const LOWEST = 20_000;
const BLOCK = 100;
const BLOCKS = 120;

/** Free loopback ports for all that a server may listen on. */
export async function findPorts(): Promise<Ports> {
  const [c2s = 0, s2s = 0, http = 0, component = 0, control = 0] = await freePorts(5);
  return { c2s, s2s, http, component, control };
}

/** Those that a server with these options listens on. */
export function usedPorts(
  { c2s, s2s, http, component }: Ports,
  options: ServerOptions,
): readonly number[] {
  return [
    c2s,
    ...(options.s2s === false ? [] : [s2s]),
    ...(options.http ? [http] : []),
    ...((options.components ?? []).length > 0 ? [component] : []),
  ];
}

/** As many free loopback ports as asked for, all different, and each given out once only. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found: number[] = [];
  while (found.length < count) {
    if (ours.length === 0) ours.push(...(await claimBlock()));
    const port = ours.shift();
    if (port !== undefined && (await isFree(port))) found.push(port);
  }
  return found;
}

/** Ports of blocks that are ours and that nobody was given yet. */
const ours: number[] = [];

/**
 * Makes a block of ports ours until this process ends: its first port stays open, so that no other
 * process on this machine takes a port between our finding and opening it. The first block is
 * chosen by chance: in the last one that was used, a server may still be ending.
 */
async function claimBlock(): Promise<readonly number[]> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let n = 0; n < BLOCKS; n += 1) {
    const first = LOWEST + ((start + n) % BLOCKS) * BLOCK;
    if (await isClaimed(first)) return Array.from({ length: BLOCK - 1 }, (_, i) => first + 1 + i);
  }
  throw new Error(`no block of loopback ports is free from ${LOWEST} on`);
}

/** Opens that port, without keeping the process alive for it; false where somebody else has it. */
function isClaimed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const claim = createServer((socket) => socket.destroy()).unref();
    claim.once('error', () => resolve(false));
    claim.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}

/** Is a port of loopback nobody's at this moment? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      probe.close(() => resolve(true)),
    );
  });
}

import { createServer } from 'node:net';
import type { Ports, ServerOptions } from './options.ts';

// Below the range that Linux gives to outgoing connections: one of those could else sit on our port
// while a server is being restarted.
const LOWEST = 20_000;
const PORTS_OF_A_WORKER = 4000;
const WORKERS = 3;
const ATTEMPTS = 100;

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

/** As many free loopback ports as asked for, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const lowest = LOWEST + (worker() % WORKERS) * PORTS_OF_A_WORKER;
  const found = new Set<number>();
  for (let attempt = 0; found.size < count && attempt < ATTEMPTS; attempt += 1) {
    const port = lowest + Math.floor(Math.random() * PORTS_OF_A_WORKER);
    if (await isFree(port)) found.add(port);
  }
  if (found.size < count) throw new Error(`no ${count} free loopback ports from ${lowest} on`);
  return [...found];
}

/** Test files that run at the same time must not take each other's ports between finding and opening them. */
function worker(): number {
  return Number(process.env['VITEST_POOL_ID'] ?? 0);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const STOP_MS = 10_000;
const OUTPUT_KEPT = 20_000;

/** One run of the server, in the foreground, as our child or in a container. */
export interface ServerProcess {
  readonly pid: number;
  /** What it wrote to its standard streams. */
  output(): string;
  hasExited(): boolean;
  /** `signal 9` or `status 1`, once it has ended. */
  readonly exited: Promise<string>;
  signal(name: NodeJS.Signals): void;
}

/** Asks it to end, and ends it if it does not. */
export async function stopProcess(server: ServerProcess): Promise<void> {
  if (server.hasExited()) return;
  server.signal('SIGTERM');
  const insist = new AbortController();
  const killed = sleep(STOP_MS, undefined, { signal: insist.signal })
    .then(() => server.signal('SIGKILL'))
    .catch(() => undefined);
  await server.exited;
  insist.abort();
  await killed;
}

/** What a child has become; `signal` reaches the server. */
export function watchProcess(
  child: ChildProcess,
  signal: (name: NodeJS.Signals) => void,
): ServerProcess {
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  let ending: string | undefined;
  const exited = new Promise<string>((resolve) => {
    const end = (how: string) => {
      ending = how;
      resolve(how);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, name) => end(name === null ? `status ${code}` : `signal ${name}`));
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    hasExited: () => ending !== undefined,
    exited,
    signal,
  };
}

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './repository.ts';
import { isFree } from './server/ports.ts';

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

/** What a build says may be long. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * Somebody who types lines of the documents in this clone. What they make in the engine has a name
 * of its own, and `throwAway` removes it.
 */
export class AtDocker {
  readonly name = `receipts-try-${randomBytes(4).toString('hex')}`;
  readonly home = mkdtempSync(join(tmpdir(), 'docker-'));

  /** What a line prints that does what it is there for; rejects with all that it printed if it fails. */
  async type(line: string): Promise<string> {
    const { code, out, errors } = await this.attempt(line);
    if (code !== 0) throw new Error(`${line}\n${out}${errors}\nexit code ${code}`);
    return out;
  }

  attempt(line: string): Promise<Ended> {
    const options = { ...this.#place(), maxBuffer: MOST_OUTPUT };
    return new Promise((resolve) => {
      const child = execFile('sh', ['-c', line], options, (_, out, errors) =>
        resolve({ code: child.exitCode ?? -1, out, errors }),
      );
    });
  }

  /** Starts what goes on until it is ended, as the leader of a group of processes. */
  start(line: string): ChildProcess {
    return spawn('sh', ['-c', `exec ${line}`], { ...this.#place(), detached: true });
  }

  async throwAway(): Promise<void> {
    await this.type('docker compose down --volumes --remove-orphans');
    await this.#remove('container', `ps --all --quiet --filter name=${this.name}`);
    await this.#remove('volume', `volume ls --quiet --filter name=${this.name}`);
    const names = "--format '{{.Repository}}:{{.Tag}}'";
    await this.#remove('image', `image ls ${names} --filter 'reference=${this.name}*'`);
    rmSync(this.home, { recursive: true, force: true });
  }

  async #remove(kind: string, listed: string): Promise<void> {
    const names = (await this.type(`docker ${listed}`)).split('\n').filter((it) => it !== '');
    if (names.length > 0) await this.type(`docker ${kind} rm --force ${names.join(' ')}`);
  }

  // The engine and the plugins are those of who runs the tests.
  #place() {
    const { DOCKER_CONFIG = join(homedir(), '.docker') } = process.env;
    const ours = { HOME: this.home, COMPOSE_PROJECT_NAME: this.name, NO_COLOR: '1' };
    return { cwd: REPOSITORY, env: { ...process.env, DOCKER_CONFIG, ...ours } };
  }
}

/** The documents name these ports: who uses them already must end first. */
export async function expectFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    if (await isFree(port)) continue;
    throw new Error(`port ${port} of 127.0.0.1 is taken; the documents need it: end what has it`);
  }
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** What is tested is killed, and never the machine: nothing need be forced to the disk. */
const SETTINGS = [
  'fsync=off',
  'listen_addresses=',
  'max_connections=200',
  'log_min_messages=fatal',
];

const PATIENCE_MS = 30_000;

/** A PostgreSQL of one test file, on a socket in a folder of its own. */
export class Postgres {
  readonly #folder: string;
  readonly #run: () => ChildProcess;
  #server: ChildProcess;
  #databases = 0;

  private constructor(folder: string, run: () => ChildProcess) {
    this.#folder = folder;
    this.#run = run;
    this.#server = run();
  }

  static async start(): Promise<Postgres> {
    const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    const bin = await binaries();
    const user = await owner(folder);
    const data = join(folder, 'data');
    const options = { uid: user.uid, gid: user.gid, cwd: folder, stdio: 'ignore' } as const;
    execFileSync(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'receipts', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
      options,
    );
    const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
    const run = () =>
      spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, ...settings], options);
    const postgres = new Postgres(folder, run);
    await postgres.#wait();
    return postgres;
  }

  get pid(): number {
    return this.#server.pid ?? 0;
  }

  /** The address of a database of its own, empty. */
  async database(): Promise<string> {
    this.#databases += 1;
    const name = `store${this.#databases}`;
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return this.addressOf(name);
  }

  addressOf(database: string): string {
    return `postgres://receipts@/${database}?host=${encodeURIComponent(this.#folder)}`;
  }

  async query(database: string, text: string): Promise<readonly unknown[]> {
    const client = new Client({ connectionString: this.addressOf(database) });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Where it listens. */
  get socket(): string {
    return join(this.#folder, '.s.PGSQL.5432');
  }

  /** Every connection ends at once. What was committed is there afterwards. */
  async restart(): Promise<void> {
    await this.end('SIGINT');
    await this.start();
  }

  /** SIGINT ends it in good order. */
  async end(name: NodeJS.Signals): Promise<void> {
    if (this.#hasEnded()) return;
    this.#server.kill(name);
    await once(this.#server, 'exit');
  }

  /** After a kill it may first have to wait for the end of its own processes. */
  async start(): Promise<void> {
    this.#server = this.#run();
    await this.#wait();
  }

  async stop(): Promise<void> {
    await this.end('SIGINT');
    await rm(this.#folder, { recursive: true, force: true });
  }

  #hasEnded(): boolean {
    return this.#server.exitCode !== null || this.#server.signalCode !== null;
  }

  async #wait(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await this.#isUp())) {
      if (performance.now() > end) throw new Error('PostgreSQL did not start');
      await delay(50);
      if (this.#hasEnded()) this.#server = this.#run();
    }
  }

  async #isUp(): Promise<boolean> {
    try {
      await this.query('postgres', 'SELECT 1');
      return true;
    } catch {
      return false;
    }
  }
}

async function binaries(): Promise<string> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined)
    throw new Error('PostgreSQL is needed: apt-get install postgresql, then run the tests again');
  return join('/usr/lib/postgresql', newest, 'bin');
}

/** PostgreSQL does not run as root: then it runs as the user that its package made. */
async function owner(folder: string): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const id = (kind: string) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
  const [uid, gid] = [id('-u'), id('-g')];
  await chown(folder, uid, gid);
  await chmod(folder, 0o700);
  return { uid, gid };
}

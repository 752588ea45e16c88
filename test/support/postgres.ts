import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** What is tested is killed, and never the machine: nothing need be forced to the disk. */
const NOT_DURABLE = ['fsync=off'];

const SETTINGS = ['listen_addresses=', 'max_connections=200', 'log_min_messages=fatal'];

/** The write-ahead log stays small beside the tables. */
const ON_A_SMALL_DISK = ['max_wal_size=64MB', 'min_wal_size=32MB'];

const PATIENCE_MS = 30_000;

interface StartOptions {
  readonly disk?: string;
  readonly isDurable?: boolean;
}

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

  /** `disk`: an empty, small file system for its files. Durable: as operators have it, slower. */
  static async start({ disk, isDurable = false }: StartOptions = {}): Promise<Postgres> {
    const folder = await mkdtemp(join(tmpdir(), 'postgres-'));
    const bin = await binaries();
    const user = await owner(folder);
    const data = join(disk ?? folder, 'data');
    if (disk !== undefined) await give(disk, user);
    const options = { uid: user.uid, gid: user.gid, cwd: folder, stdio: 'ignore' } as const;
    execFileSync(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'receipts', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'],
      options,
    );
    const chosen = [
      ...SETTINGS,
      ...(isDurable ? [] : NOT_DURABLE),
      ...(disk === undefined ? [] : ON_A_SMALL_DISK),
    ];
    const settings = chosen.flatMap((setting) => ['-c', setting]);
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

  /** All its processes stop, each connection stays, and nothing is answered. */
  async pause(ms: number): Promise<void> {
    this.stopAll();
    await delay(ms);
    this.goOnAll();
  }

  /** The first process is stopped first, so that it begins no other. */
  stopAll(): void {
    signalIfThere(this.pid, 'SIGSTOP');
    for (const pid of childrenOf(this.pid)) signalIfThere(pid, 'SIGSTOP');
  }

  goOnAll(): void {
    for (const pid of [...childrenOf(this.pid), this.pid]) signalIfThere(pid, 'SIGCONT');
  }

  /** New transactions may only read. */
  async setReadOnly(isReadOnly: boolean): Promise<void> {
    const value = isReadOnly ? 'on' : 'off';
    await this.query('postgres', `ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await this.query('postgres', 'SELECT pg_reload_conf()');
  }

  /** Into a file beside its socket. */
  async dump(address: string): Promise<void> {
    await this.#tool('pg_dump', '-Fc', '-f', this.#dumped, '-d', address);
  }

  async restore(address: string): Promise<void> {
    const options = ['--clean', '--if-exists', '--single-transaction'];
    await this.#tool('pg_restore', ...options, '-d', address, this.#dumped);
  }

  get #dumped(): string {
    return join(this.#folder, 'dumped');
  }

  async #tool(name: string, ...words: readonly string[]): Promise<void> {
    execFileSync(join(await binaries(), name), words, { stdio: 'pipe' });
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

function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
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
async function owner(folder: string): Promise<User> {
  if (process.getuid?.() !== 0) return {};
  const id = (kind: string) => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }));
  const user = { uid: id('-u'), gid: id('-g') };
  await give(folder, user);
  return user;
}

interface User {
  readonly uid?: number;
  readonly gid?: number;
}

async function give(folder: string, { uid, gid }: User): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid);
  await chmod(folder, 0o700);
}

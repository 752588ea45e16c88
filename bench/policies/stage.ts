import { copyFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Prosody, startProsody } from '../../test/support/prosody.ts';
import { BenchDaemon, COMPONENT, DOMAIN, SECRET } from '../measure/daemon.ts';
import { pin, SERVER_CORE } from '../measure/process.ts';

const POLL_MS = 5;
const PATIENCE_MS = 120_000;
const END_BYTES = 300;

/** A fresh Prosody, and a daemon on a copy of a store that is filled already. */
export class Stage {
  readonly prosody: Prosody;
  readonly database: string;
  readonly #folder: string;
  #daemon: BenchDaemon | undefined;

  static async set(store: string, users: readonly string[]): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-bench-'));
    const database = join(folder, 'bench.db');
    await copyFile(store, database);
    const prosody = await startProsody({
      hosts: [{ name: DOMAIN }],
      components: [{ domain: COMPONENT, secret: SECRET }],
      s2s: false,
      logLevel: 'warn',
      receipts: { receipts_component: COMPONENT },
    });
    for (const user of users) await prosody.register(`${user}@${DOMAIN}`);
    pin(prosody.pid, SERVER_CORE);
    return new Stage(prosody, folder, database);
  }

  private constructor(prosody: Prosody, folder: string, database: string) {
    this.prosody = prosody;
    this.#folder = folder;
    this.database = database;
  }

  /** Where the module keeps what the component told it. */
  get policiesFile(): string {
    const host = DOMAIN.replaceAll('.', '%2e');
    return join(this.prosody.folder, 'data', host, 'receipts', 'policies.list');
  }

  /** Resolves when it is connected. */
  async startDaemon(): Promise<void> {
    const { database, prosody } = this;
    this.#daemon = await BenchDaemon.start({
      port: prosody.ports.component,
      database,
      settings: { XMPP_RECEIPTS_COMMANDS_PER_MINUTE: '100000' },
    });
  }

  async endDaemon(): Promise<void> {
    await this.#daemon?.end();
  }

  /** Resolves when the module holds that version, on disk too. */
  async untilInForce(version: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await endOf(this.policiesFile)).includes(`=\t${version}\t`)) {
      if (Date.now() > end) throw new Error(`the server does not hold version ${version}`);
      await sleep(POLL_MS);
    }
  }

  async dispose(): Promise<void> {
    await this.endDaemon();
    await this.prosody.dispose();
    await rm(this.#folder, { recursive: true });
  }
}

async function endOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(END_BYTES),
      position: Math.max(0, size - END_BYTES),
    });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { lockStore } from '../../src/store/locking.ts';
import { openStore } from '../../src/store/open.ts';
import { OwnDaemon } from '../support/own-daemon.ts';
import { Postgres } from '../support/postgres.ts';
import { REPOSITORY } from '../support/repository.ts';
import { NOW } from './judging.ts';

const LOADER = pathToFileURL(join(REPOSITORY, 'test/support/typescript-loader.mjs')).href;
const HOLDER = join(REPOSITORY, 'test/store/crash/holder.ts');

let postgres: Postgres;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

describe('a daemon that slept while another one took its database', () => {
  test('commits nothing when it wakes, wherever it was stopped', async () => {
    const address = await postgres.database();
    const slept = new Holder(address);
    await slept.hasWritten(5);
    slept.process.kill('SIGSTOP');
    await endLease(address);
    const next = await lockStore(address);
    const before = await rows(address);
    slept.process.kill('SIGCONT');
    await slept.ended;
    expect(slept.errors).toContain('another daemon has taken over the database');
    expect(await rows(address)).toEqual(before);
    await next.release();
  });

  test('is not let in again when the other one has gone', async () => {
    const address = await postgres.database();
    const first = await lockStore(address);
    const store = openStore(address, { fence: first.fence });
    onTestFinished(() => store.close());
    await endLease(address);
    await (await lockStore(address)).release();
    const writing = store.upkeep.keepClock({ seen: NOW, ahead: 0 });
    await expect(writing).rejects.toThrow('another daemon has taken over the database');
    await first.lost;
    await first.release();
  });

  test('writes on if nobody took it', async () => {
    const address = await postgres.database();
    const only = await lockStore(address);
    const store = openStore(address, { fence: only.fence });
    onTestFinished(() => store.close());
    await endLease(address);
    await store.upkeep.keepClock({ seen: NOW, ahead: 0 });
    expect(await store.upkeep.clock()).toEqual({ seen: NOW, ahead: 0 });
    await only.release();
  });

  test('ends by itself as a process, and says why', async () => {
    const address = await postgres.database();
    const slept = await daemonOn(address);
    slept.signal('SIGSTOP');
    await endLease(address);
    const next = await daemonOn(address);
    slept.signal('SIGCONT');
    expect(await slept.ended()).toEqual({ code: 69, signal: null });
    expect(slept.output).toContain('another daemon has taken over the store');
    expect(next.output).not.toContain('another daemon');
  });
});

/** A process that has the store and writes, until it ends. */
class Holder {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  errors = '';
  #said = '';

  constructor(address: string) {
    const words = ['--import', LOADER, HOLDER, address];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.process = child;
    this.ended = once(child, 'close');
  }

  async hasWritten(batches: number): Promise<void> {
    await vi.waitUntil(() => this.#said.split('\n').length > batches, { timeout: 30_000 });
  }
}

/** It has the store when the log says that it starts. */
async function daemonOn(address: string): Promise<OwnDaemon> {
  const daemon = new OwnDaemon();
  onTestFinished(() => daemon.dispose());
  daemon.write({ store: address });
  daemon.start();
  await vi.waitUntil(() => daemon.output.includes('xmpp-receipts starts'), { timeout: 30_000 });
  return daemon;
}

/** As if fifteen seconds had passed. */
async function endLease(address: string): Promise<void> {
  await postgres.query(nameIn(address), "UPDATE leases SET until = now() - interval '1 ms'");
}

async function rows(address: string): Promise<unknown> {
  return (await postgres.query(nameIn(address), 'SELECT count(*) FROM messages'))[0];
}

function nameIn(address: string): string {
  return new URL(address.replace('@/', '@localhost/')).pathname.slice(1);
}

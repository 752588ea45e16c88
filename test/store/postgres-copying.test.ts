import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { COPIED } from '../../src/store/copied-kinds.ts';
import { copyStore } from '../../src/store/copying.ts';
import type { CopyingPort } from '../../src/store/copying-port.ts';
import { lockStore } from '../../src/store/locking.ts';
import { openStore } from '../../src/store/open.ts';
import { openPostgresCopying } from '../../src/store/postgres/copying.ts';
import { openSqliteCopying } from '../../src/store/sqlite/copying.ts';
import { DAEMON } from '../support/daemon-process.ts';
import { Postgres } from '../support/postgres.ts';
import { fill, MESSAGES, OPENINGS, ROWS, rowsIn } from './copied-rows.ts';
import { SERVED } from './served.ts';

/** Holds the copy within the messages. */
const STOP_AT_A_MESSAGE = `
  CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(1000); RETURN NEW; END';
  CREATE TRIGGER waits BEFORE INSERT ON messages FOR EACH ROW WHEN (NEW.id = 'm01500')
    EXECUTE FUNCTION wait();`;
const IS_WAITING = `
  SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
const GO_ON = `
  DROP TRIGGER waits ON messages;
  UPDATE leases SET until = now() - interval '1 ms'`;

const OLD_FILE = new URL('fixtures/second-version.sqlite.gz', import.meta.url);

let postgres: Postgres;
let folder: string;
let from: string;
let to: string;

beforeAll(async () => {
  postgres = await Postgres.start();
});

afterAll(() => postgres?.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'copying-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  from = `sqlite:${join(folder, 'receipts.db')}`;
  to = await postgres.database();
});

describe('a store in SQLite that is copied into PostgreSQL', () => {
  beforeEach(() => using(openSqliteCopying(pathIn(from)), fill));

  test('is there with every row of every kind', async () => {
    expect(COPIED.map(({ table }) => table).toSorted()).toEqual(Object.keys(ROWS).toSorted());
    const counts = await copy();
    expect(counts[0]).toEqual({ inWords: 'messages', count: MESSAGES });
    const target = await openPostgresCopying(to, undefined);
    expect(await using(target, rowsIn)).toEqual(ROWS);
  });

  test('is the same again when it is copied back', async () => {
    await copy();
    const back = `sqlite:${join(folder, 'back.db')}`;
    await copyStore({ from: to, to: back, tell: () => {} });
    const store = openSqliteCopying(pathIn(back));
    expect(await using(store, rowsIn)).toEqual(ROWS);
    const file = new Database(pathIn(back), { readonly: true });
    onTestFinished(() => void file.close());
    const lost = file.prepare('SELECT id FROM outbox WHERE message IS NULL').all();
    expect(lost).toEqual([]);
  });

  test('tells a server that knows the newest policies nothing again', async () => {
    await copy();
    const store = openStore(to, SERVED);
    onTestFinished(() => store.close());
    expect(await store.preferences.lastNumberOf('bbbb')).toBe(OPENINGS.number);
    expect(await store.preferences.lastNumberOf('aaaa')).toBe(4);
    expect(await store.preferences.get('bob@example.org' as BareJid)).toEqual({ policy: 'refuse' });
    const change = () => ({ policy: 'manual' }) as const;
    const now = 1;
    const changed = await store.preferences.change('bob@example.org' as BareJid, { change, now });
    expect(changed.version.number).toBe(OPENINGS.number + 1);
  });

  test('sends what waited under the id that it had', async () => {
    await copy();
    const store = openStore(to, SERVED);
    onTestFinished(() => store.close());
    const now = 1_780_000_100_000;
    const claim = { now, leaseUntil: now + 1, maxParcels: 9, maxReceipts: 9, except: [] };
    const parcels = await store.receipts.claim(claim);
    expect(parcels.map(({ id }) => id)).toContain('parcel-1');
    expect(parcels.map(({ id }) => id)).not.toContain('parcel-3');
  });

  test('is copied once, also if the copy is killed and given again', async () => {
    await using(await openPostgresCopying(to, undefined), async () => {});
    await postgres.query(nameIn(to), STOP_AT_A_MESSAGE);
    const killed = migrate();
    const waiting = await vi.waitUntil(waitingBackend, { timeout: 30_000 });
    killed.kill('SIGKILL');
    await once(killed, 'close');
    await expectNoDaemonOn(to);
    await postgres.query(nameIn(to), `SELECT pg_terminate_backend(${waiting})`);
    await postgres.query(nameIn(to), GO_ON);
    const resumed = migrate();
    let said = '';
    resumed.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    expect(await once(resumed, 'close')).toEqual([0, null]);
    expect(said).toContain(`  ${MESSAGES} messages\n`);
    const target = await openPostgresCopying(to, undefined);
    expect(await using(target, rowsIn)).toEqual(ROWS);
    await openStore(to).close();
  });

  test('is not mixed with what another store holds', async () => {
    await copy();
    await expect(copy()).rejects.toThrow(
      /holds data already \(2500 messages, .*\), and nothing was changed\. .*createdb/,
    );
  });

  test('is not copied further if a daemon has used it meanwhile', async () => {
    const target = await openPostgresCopying(to, undefined);
    const half = { source: 'bbbb', tables: 0, place: undefined };
    await using(target, (store) => store.begin(OPENINGS, half));
    await openStore(from).close();
    await expect(copy()).rejects.toThrow(/a daemon has used the source since/);
  });

  test('is nothing to start a daemon on while it is half a copy, which is said in one line', async () => {
    const target = await openPostgresCopying(to, undefined);
    const half = { source: 'bbbb', tables: 0, place: undefined };
    await using(target, (store) => store.begin(OPENINGS, half));
    const daemon = spawnMain(['run'], settingsOf(to));
    const heard = { said: '', failed: '' };
    daemon.stdout?.setEncoding('utf8').on('data', (text: string) => {
      heard.said += text;
    });
    daemon.stderr?.setEncoding('utf8').on('data', (text: string) => {
      heard.failed += text;
    });
    expect(await once(daemon, 'close')).toEqual([69, null]);
    expect(heard.failed).toMatch(/^store: a copy .* is not whole\..*\n$/);
    expect(heard.said).toBe('');
  });

  test('is not copied before a daemon of this version gave each address one spelling', async () => {
    const old = `sqlite:${join(folder, 'old.db')}`;
    await writeFile(pathIn(old), gunzipSync(await readFile(OLD_FILE)));
    const before = await readFile(pathIn(old));
    const copyOld = () => copyStore({ from: old, to, tell: () => {} });
    await expect(copyOld()).rejects.toThrow(/older version.*Start the daemon of this version/);
    expect(await readFile(pathIn(old))).toEqual(before);
    await openStore(old, { domains: ['example.org'] }).close();
    expect((await copyOld())[0]?.count).toBeGreaterThan(0);
  });

  test.each(['source', 'target'])('is not copied while a daemon uses the %s', async (which) => {
    const lock = await lockStore(which === 'source' ? from : to);
    onTestFinished(() => lock.release());
    await expect(copy()).rejects.toThrow(/another (xmpp-receipts|daemon)/);
  });

  function copy() {
    return copyStore({ from, to, tell: () => {} });
  }

  function migrate(): ChildProcess {
    return spawnMain(['migrate', '--from', from, '--to', to]);
  }
});

function spawnMain(words: readonly string[], settings: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [DAEMON, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...settings },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** No server is there: a daemon of these settings would begin all the same. */
function settingsOf(store: string): NodeJS.ProcessEnv {
  return {
    XMPP_RECEIPTS_COMPONENT_DOMAIN: 'receipts.example.org',
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: 'example.org',
    XMPP_RECEIPTS_STORE: store,
    XMPP_RECEIPTS_HTTP_SOCKET: join(folder, 'socket'),
  };
}

test('a source that is not there is no empty store', async () => {
  const nowhere = `sqlite:${join(folder, 'nowhere.db')}`;
  await expect(copyStore({ from: nowhere, to, tell: () => {} })).rejects.toThrow(
    /there is no file .*nowhere\.db/,
  );
});

async function expectNoDaemonOn(address: string): Promise<void> {
  const store = openStore(address);
  await expect(store.upkeep.backlog()).rejects.toThrow(
    /is not whole.*"xmpp-receipts migrate" again/,
  );
  await store.close();
}

async function waitingBackend(): Promise<number | undefined> {
  const [row] = (await postgres.query(nameIn(to), IS_WAITING)) as readonly { pid: number }[];
  return row?.pid;
}

async function using<Result>(
  store: CopyingPort,
  work: (store: CopyingPort) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function pathIn(address: string): string {
  return address.slice('sqlite:'.length);
}

function nameIn(address: string): string {
  return new URL(address.replace('@/', '@localhost/')).pathname.slice(1);
}

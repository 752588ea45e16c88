import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf } from '../support/blocks.ts';
import { NO_MACHINE, PrivateMachine } from '../support/private-machine.ts';
import { REPOSITORY } from '../support/repository.ts';

const MAIN = `${process.execPath} ${REPOSITORY}/dist/xmpp-receipts.js`;

const PASSWORD = 'a password';

/** What packages would have brought: sudo, our command, and the folder of the store. */
const PREPARE = `
put() { cat >"/usr/local/sbin/$1"; chmod +x "/usr/local/sbin/$1"; }
command -v sudo >/dev/null || put sudo <<'SCRIPT'
#!/bin/sh
[ "$1" = -u ] && user=$2 && shift 2 && exec runuser -u "$user" -- "$@"
SCRIPT
put xmpp-receipts <<'SCRIPT'
#!/bin/sh
exec ${MAIN} "$@"
SCRIPT
mkdir -p /var/lib/xmpp-receipts`;

/** Debian's own cluster: its package makes it. */
const CLUSTER = `
version=$(ls /usr/lib/postgresql | sort -n | tail -1)
[ -d "/etc/postgresql/$version/main" ] || pg_createcluster "$version" main
pg_ctlcluster "$version" main start`;

const settings = (store: string) => `
component: { domain: receipts.example.org, secret: secret }
domains: [example.org]
store: ${store}
http: { socket: /root/daemon.sock }`;

/** The daemon until it answers, and then in good order to its end; there is no server for it. */
const RUN_ONCE = `
xmpp-receipts run --config receipts.yaml >log &
daemon=$!
until xmpp-receipts status --config receipts.yaml >status 2>&1 || [ -S daemon.sock ]; do
  kill -0 $daemon || { cat log; exit 1; }
  sleep 0.1
done
kill $daemon
wait $daemon`;

const TIMES = { timeout: 120_000 };

describe.skipIf(NO_MACHINE !== '')(`a store in PostgreSQL${NO_MACHINE}`, TIMES, () => {
  let machine: PrivateMachine;

  beforeAll(async () => {
    machine = await PrivateMachine.start();
    await machine.run(`${PREPARE}\n${CLUSTER}`);
  }, 120_000);

  afterAll(() => machine?.end());

  test('is made by the lines of docs/operating.md, which ask for a password', async () => {
    const lines = blockOf('docs/operating.md', 'sudo -u postgres createuser');
    // Where there is no terminal, a password is read from standard input.
    const typed = `printf '%s\\n' ${quoted(PASSWORD)} ${quoted(PASSWORD)}`;
    await machine.run(`${typed} | setsid --wait bash -ec ${quoted(lines)}`);
    const owner = `select pg_get_userbyid(datdba) from pg_database where datname = 'receipts'`;
    expect(await machine.run(`sudo -u postgres psql -tAc ${quoted(owner)}`)).toBe('receipts\n');
  });

  test('takes over what a daemon kept in SQLite, by the line of docs/scale.md', async () => {
    const line = blockOf('docs/scale.md', 'xmpp-receipts migrate').trim();
    const [, from = '', to = ''] = /--from (\S+) --to (\S+)$/.exec(line) ?? [];
    await runWith(from);
    const said = await machine.run(`export PGPASSWORD=${quoted(PASSWORD)}\n${line}`);
    expect(said).toContain('Both stores hold the same now:');
    expect(said).toContain(`Set "store" to ${to} and start the daemon.`);
    await runWith(to);
  });

  /** A daemon starts with that store, answers, and ends in good order. */
  async function runWith(store: string): Promise<void> {
    const file = `printf %s ${quoted(settings(store))} >receipts.yaml`;
    await machine.run(`export PGPASSWORD=${quoted(PASSWORD)}\n${file}\n${RUN_ONCE}`);
  }
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

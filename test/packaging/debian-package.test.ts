import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf, linesOf } from '../support/blocks.ts';
import { NO_MACHINE, PrivateMachine } from '../support/private-machine.ts';
import { REPOSITORY } from '../support/repository.ts';

const LIBRARIES = join(REPOSITORY, 'node_modules');

/** The package asks for Debian's package of the Node that made it. */
const NO_NODE = isThere('nodejs') ? '' : ' (skipped: the package nodejs is not installed)';

const SKIPPED = NO_MACHINE || NO_NODE;

/**
 * npm, but for `npm ci` of the clone, which has the libraries of the project, and for compiling
 * better-sqlite3, which takes a minute.
 */
const NPM = `#!/bin/sh
case "$*" in
  ci) exit ;;
  "ci --omit=dev"*)
    "$REAL_NPM" "$@" --ignore-scripts
    exec cp -r '${LIBRARIES}/better-sqlite3/build' node_modules/better-sqlite3/ ;;
esac
exec "$REAL_NPM" "$@"
`;

/** There is no network: what the package needs is installed. */
const NO_SOURCES = 'rm -rf /etc/apt/sources.list /etc/apt/sources.list.d';

/** What stands in for an editor, and for systemd, which is not process 1 there. */
const TOOLS = `
put() { cat >"/usr/local/sbin/$1"; chmod +x "/usr/local/sbin/$1"; }
put editor <<'SCRIPT'
#!/bin/sh
exec sed -i 's/change this/a secret/; s/5347/1/' "$1"
SCRIPT
put systemctl <<'SCRIPT'
#!/bin/bash -e
[ "$*" = 'enable --now xmpp-receipts' ]
/usr/bin/systemctl enable "$3"
word() { sed -n "s/^$1=//p" /usr/lib/systemd/system/xmpp-receipts.service; }
setsid runuser -u "$(word User)" -- $(word ExecStart) >/root/journal 2>&1 </dev/null &
echo $! >/root/pid
SCRIPT
put journalctl <<'SCRIPT'
#!/bin/sh
[ "$*" = '-u xmpp-receipts' ] && exec cat /root/journal
SCRIPT`;

const [TRY = ''] = linesOf(blockOf('docs/installing.md', 'docker run --rm -v "$PWD/build'));

describe.skipIf(SKIPPED !== '')(`the Debian package${SKIPPED}`, () => {
  let clone: string;
  let machine: PrivateMachine;
  const [install = '', ...others] = linesOf(blockOf('docs/installing.md', 'apt-get install'));

  beforeAll(async () => {
    clone = mkdtempSync('/var/tmp/debian-package-');
    copyTo(clone);
    makePackage(clone);
    machine = await PrivateMachine.start();
    await machine.run(`${NO_SOURCES}\n${TOOLS}`);
  });

  afterAll(() => {
    machine?.end();
    rmSync(clone, { recursive: true, force: true });
  });

  test('is installed by the line of docs/installing.md', async () => {
    await machine.run(`cp ${clone}/build/*.deb .\n${ofThisMachine(install)}`);
    expect(await machine.run('xmpp-receipts --version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('runs as its own user by the next lines, which say where its log is', async () => {
    await machine.run(others.slice(0, -1).join('\n'));
    const waits = `until ${others.at(-1)} | grep 'cannot reach'; do sleep 0.1; done`;
    expect(await machine.run(waits)).toContain('cannot reach 127.0.0.1:1 ');
    const owner = await machine.run('stat -c %U /var/lib/xmpp-receipts/receipts.db');
    expect(owner).toBe('xmpp-receipts\n');
    await machine.run('kill $(cat pid)');
  });

  test('passes what docs/installing.md lets be tried in a container', async () => {
    const [, inside = ''] = /debian:trixie-slim (.*)$/.exec(TRY) ?? [];
    const mounted = [...TRY.matchAll(/-v "\$PWD\/(\S+):(\/\w+):ro"/g)];
    const copies = mounted.map(([, from, to]) => `cp -r ${clone}/${from} ${to}`).join('\n');
    // Another machine: here the package is installed already.
    const another = await PrivateMachine.start();
    try {
      const said = await another.run(`${NO_SOURCES}\n${copies}\n${ofThisMachine(inside)}`);
      expect(said.trimEnd().split('\n').at(-1)).toBe('ok: purge leaves nothing');
    } finally {
      another.end();
    }
  });
});

/** What git has, as it stands in the working tree, and what was compiled of it. */
function copyTo(clone: string): void {
  const copied = 'git ls-files -z | xargs -0 cp -a --parents --target-directory "$0"';
  execFileSync('sh', ['-c', `${copied} && cp -a dist "$0"`, clone], { cwd: REPOSITORY });
  symlinkSync(LIBRARIES, join(clone, 'node_modules'));
}

/** As docs/installing.md says. */
function makePackage(clone: string): void {
  const real = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  writeFileSync(join(clone, 'npm'), NPM);
  chmodSync(join(clone, 'npm'), 0o755);
  const env = { ...process.env, PATH: `${clone}:${process.env['PATH']}`, REAL_NPM: real };
  const line = blockOf('docs/installing.md', 'npm ci && npm run deb');
  execFileSync('sh', ['-ec', line], { cwd: clone, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

function ofThisMachine(line: string): string {
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' });
  return line.replace('amd64', architecture.trim());
}

function isThere(name: string): boolean {
  const { stdout } = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' });
  return stdout.includes('Status: install ok installed');
}

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ServerProcess, watchProcess } from '../prosody/process.ts';
import { REPOSITORY } from '../repository.ts';
import { dataPath, logPath } from './config.ts';

/** Where Debian puts ejabberd and the libraries it needs. */
const EJABBERD_LIBS = process.env['EJABBERD_LIBS'] ?? '/usr/lib/x86_64-linux-gnu';
const ERLANG_LIBS = process.env['ERLANG_LIBS'] ?? '/usr/lib/erlang/lib';

const SOURCES = [
  'ejabberd-config/modules/mod_receipts/src/mod_receipts.erl',
  'test/support/erlang/receipts_test_control.erl',
];

export const configPath = (folder: string): string => join(folder, 'ejabberd.yml');

/** Starts ejabberd on the configuration in that folder: no node name, so that none meets another. */
export function spawnEjabberd(folder: string, controlPort: number): ServerProcess {
  const child = spawn('erl', commandLine(folder, controlPort), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      ERL_LIBS: EJABBERD_LIBS,
      ERL_CRASH_DUMP: join(folder, 'erl_crash.dump'),
      EJABBERD_CONFIG_PATH: configPath(folder),
      EJABBERD_LOG_PATH: logPath(folder),
    },
  });
  return watchProcess(child, (name) => child.kill(name));
}

function commandLine(folder: string, controlPort: number): readonly string[] {
  return [
    ...['-noinput', '+S', '2', '-pa', compiled()],
    // Schedulers that wait for work without sleeping would take the processor from the tests.
    ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
    ...['-mnesia', 'dir', `"${dataPath(folder)}"`],
    ...['-s', 'receipts_test_control', 'start', String(controlPort)],
    ...['-s', 'ejabberd'],
  ];
}

/** The folder with the module and our own, compiled once for each state of their sources. */
function compiled(): string {
  const paths = SOURCES.map((path) => join(REPOSITORY, path));
  const hash = createHash('sha1');
  for (const path of paths) hash.update(readFileSync(path));
  const ebin = join(tmpdir(), `xmpp-receipts-ebin-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(ebin)) return ebin;
  const unfinished = `${ebin}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  execFileSync('erlc', [...includes(), '-o', unfinished, ...paths], { stdio: 'inherit' });
  renameSync(unfinished, ebin);
  return ebin;
}

function includes(): readonly string[] {
  const ejabberd = newest(EJABBERD_LIBS, 'ejabberd-');
  const xmpp = newest(ERLANG_LIBS, 'p1_xmpp-');
  return [
    ...['-I', join(xmpp, 'include'), '-I', join(ejabberd, 'include')],
    ...['-pa', join(ejabberd, 'ebin')],
  ];
}

function newest(folder: string, prefix: string): string {
  const [name] = readdirSync(folder)
    .filter((entry) => basename(entry).startsWith(prefix))
    .toSorted()
    .toReversed();
  if (name === undefined)
    throw new Error(`no ${prefix}* in ${folder}. Try: apt-get install ejabberd`);
  return join(folder, name);
}

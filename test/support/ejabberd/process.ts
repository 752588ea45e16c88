import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../repository.ts';
import { type ServerProcess, watchProcess } from '../server/process.ts';
import { dataPath, logPath } from './config.ts';
import { type CommandLine, inside } from './inside.ts';
import { type EjabberdPlace, expectEjabberd } from './where.ts';

const SOURCES = [
  'ejabberd-config/modules/mod_receipts/src/mod_receipts.erl',
  'test/support/erlang/receipts_test_control.erl',
];

export const configPath = (folder: string): string => join(folder, 'ejabberd.yml');

/** Starts ejabberd on the configuration in that folder: no node name, so that none meets another. */
export function spawnEjabberd(parts: RunParts): ServerProcess {
  const { folder } = parts;
  const place = expectEjabberd();
  const inPlace = commandLine({ ...parts, ebin: compiled(place) });
  const [command, ...args] = inside(place.root, inPlace);
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      ERL_LIBS: place.libraries,
      ERL_CRASH_DUMP: join(folder, 'erl_crash.dump'),
      EJABBERD_CONFIG_PATH: configPath(folder),
      EJABBERD_LOG_PATH: logPath(folder),
    },
  });
  return watchProcess(child, (name) => child.kill(name));
}

interface RunParts {
  readonly folder: string;
  readonly controlPort: number;
  readonly schedulers?: number | undefined;
}

function commandLine({
  folder,
  ebin,
  controlPort,
  schedulers = 2,
}: RunParts & { readonly ebin: string }): CommandLine {
  return [
    'erl',
    ...['-noinput', '+S', String(schedulers), '-pa', ebin],
    // Schedulers that wait for work without sleeping would take the processor from the tests.
    ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
    ...['-mnesia', 'dir', `"${dataPath(folder)}"`],
    ...['-s', 'receipts_test_control', 'start', String(controlPort)],
    ...['-s', 'ejabberd'],
  ];
}

/** The folder with the module and our own, compiled once for each state of their sources. */
function compiled(place: EjabberdPlace): string {
  const paths = SOURCES.map((path) => join(REPOSITORY, path));
  const hash = createHash('sha1').update(place.root).update(place.ejabberd);
  for (const path of paths) hash.update(readFileSync(path));
  const ebin = join(REPOSITORY, 'dist', `ebin-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(ebin)) compile(paths, { place, ebin });
  return ebin;
}

function compile(
  paths: readonly string[],
  { place, ebin }: { readonly place: EjabberdPlace; readonly ebin: string },
): void {
  const { root, ejabberd, xmpp } = place;
  const unfinished = `${ebin}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const folders = ['-I', join(xmpp, 'include'), '-I', join(ejabberd, 'include')];
  const libraries = ['-pa', join(ejabberd, 'ebin')];
  const erlc: CommandLine = [
    'erlc',
    '-Werror',
    ...folders,
    ...libraries,
    '-o',
    unfinished,
    ...paths,
  ];
  const [command, ...args] = inside(root, erlc);
  // The compiler's standard output is not ours: programs read that.
  execFileSync(command, args, { stdio: ['ignore', 2, 2] });
  try {
    renameSync(unfinished, ebin);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(ebin)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

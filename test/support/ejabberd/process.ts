import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { ErlangNode } from '../server/options.ts';
import { type ServerProcess, watchProcess } from '../server/process.ts';
import { compiled, EACH_SPECIFIED, MODULE_SOURCES } from './compile.ts';
import { dataPath, logPath } from './config.ts';
import { type CommandLine, inside } from './inside.ts';
import { pathsOf } from './libraries.ts';
import { type EjabberdPlace, expectEjabberd } from './where.ts';

/** What tests ask of the server. */
const CONTROL_SOURCES = 'test/support/erlang';

export const configPath = (folder: string): string => join(folder, 'ejabberd.yml');

/** Starts ejabberd on the configuration in that folder: without a node name, none meets another. */
export function spawnEjabberd(parts: RunParts): ServerProcess {
  const { folder, environment } = parts;
  const place = expectEjabberd();
  const ebin = compiledModule(place, parts.moduleFolder);
  const inPlace = commandLine({ ...parts, paths: [ebin, ...pathsOf(place)] });
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
      // No translations are there: to read them takes a tenth of the start.
      EJABBERD_MSGS_PATH: ebin,
      EJABBERD_LOG_PATH: logPath(folder),
      ...environment,
    },
  });
  return watchProcess(child, (name) => child.kill(name));
}

/** The folder with the module, and with what tests ask of the server. */
export function compiledModule(place: EjabberdPlace, folder = MODULE_SOURCES): string {
  return compiled(place, [folder, CONTROL_SOURCES], EACH_SPECIFIED);
}

interface RunParts {
  readonly folder: string;
  readonly moduleFolder?: string | undefined;
  readonly controlPort: number;
  readonly schedulers?: number | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly node?: ErlangNode | undefined;
}

export const nodeName = ({ address }: ErlangNode): string => `ejabberd@${address}`;

function commandLine({
  folder,
  paths,
  controlPort,
  schedulers = 2,
  node,
}: RunParts & { readonly paths: readonly string[] }): CommandLine {
  return [
    'erl',
    ...['-noinput', '+S', String(schedulers), '-pa', ...paths],
    ...(node === undefined ? [] : distribution(node)),
    // Schedulers that wait for work without sleeping would take the processor from the tests.
    ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
    ...['-mnesia', 'dir', `"${dataPath(folder)}"`],
    ...['-s', 'receipts_test_control', 'start', String(controlPort)],
    ...['-s', 'ejabberd'],
  ];
}

function distribution(node: ErlangNode): readonly string[] {
  const address = `{${node.address.replaceAll('.', ',')}}`;
  return [
    ...['-name', nodeName(node), '-setcookie', 'test'],
    ...['-start_epmd', 'false', '-erl_epmd_port', String(node.port)],
    ...['-kernel', 'inet_dist_use_interface', address],
  ];
}

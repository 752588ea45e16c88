import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { REPOSITORY } from '../repository.ts';
import { type CommandLine, inside } from './inside.ts';
import type { EjabberdPlace } from './where.ts';

export const MODULE_SOURCES = 'ejabberd-config/modules/mod_receipts/src';

/** Every function says what it takes and returns. */
export const EACH_SPECIFIED = '+warn_missing_spec_all';

/** The folder with these Erlang files, compiled once for each state of them. */
export function compiled(
  place: EjabberdPlace,
  folders: readonly string[],
  ...flags: readonly string[]
): string {
  const paths = folders.flatMap((folder) => filesIn(resolve(REPOSITORY, folder)));
  const hash = createHash('sha1').update([place.root, place.ejabberd, ...flags].join());
  for (const path of paths) hash.update(path).update(readFileSync(path));
  const ebin = join(REPOSITORY, 'dist', `ebin-${hash.digest('hex').slice(0, 12)}`);
  const sources = paths.filter((path) => path.endsWith('.erl'));
  if (!existsSync(ebin)) compile({ place, ebin, flags, sources });
  return ebin;
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).map((name) => join(folder, name));
}

interface Compilation {
  readonly place: EjabberdPlace;
  readonly ebin: string;
  readonly flags: readonly string[];
  readonly sources: readonly string[];
}

function compile({ place, ebin, flags, sources }: Compilation): void {
  const unfinished = `${ebin}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const [command, ...args] = inside(
    place.root,
    compiler(place, ['-o', unfinished, ...flags, ...sources]),
  );
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

function compiler({ ejabberd, xmpp }: EjabberdPlace, args: readonly string[]): CommandLine {
  return [
    'erlc',
    ...['-Werror', '+debug_info'],
    ...['-I', join(REPOSITORY, MODULE_SOURCES)],
    ...['-I', join(xmpp, 'include'), '-I', join(ejabberd, 'include')],
    ...['-pa', join(ejabberd, 'ebin')],
    ...args,
  ];
}

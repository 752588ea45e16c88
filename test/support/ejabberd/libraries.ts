import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../repository.ts';
import type { EjabberdPlace } from './where.ts';

/** Of Erlang itself, what ejabberd loads as it starts. */
const OF_ERLANG = [
  ...['asn1', 'compiler', 'crypto', 'inets', 'kernel', 'mnesia', 'os_mon', 'public_key', 'sasl'],
  ...['ssl', 'stdlib', 'syntax_tools'],
];

/**
 * Where a start looks first. It looks for 400 compiled files, each in up to 60 folders, which took a
 * third of its processor time. Other libraries than those of Erlang itself find their own files by
 * the folder that they were loaded from, so they stay where they are.
 */
export function pathsOf(place: EjabberdPlace): readonly string[] {
  const { ejabberd, xmpp, root } = place;
  const libraries = dirname(xmpp);
  const others = readdirSync(join(root, libraries))
    .filter((name) => !isOfErlang(name) && /^(p1_|eimp-|idna-|pkix-)/.test(name))
    .map((name) => join(libraries, name, 'ebin'));
  return [join(ejabberd, 'ebin'), erlangInOneFolder(place), ...others];
}

/** One folder with links to all compiled files of these libraries. */
function erlangInOneFolder(place: EjabberdPlace): string {
  const ours = createHash('sha1').update([place.root, place.xmpp].join());
  const folder = join(REPOSITORY, 'dist', `erlang-${ours.digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) link(place, folder);
  return folder;
}

function link(place: EjabberdPlace, folder: string): void {
  const unfinished = `${folder}-${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  for (const [name, path] of compiledFiles(place)) symlinkSync(path, join(unfinished, name));
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Another process may have been quicker.
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

/** By their names; as they are called inside the root. */
function compiledFiles({ root, xmpp }: EjabberdPlace): ReadonlyMap<string, string> {
  const libraries = dirname(xmpp);
  const ebins = readdirSync(join(root, libraries))
    .filter(isOfErlang)
    .map((name) => join(libraries, name, 'ebin'));
  return new Map(
    ebins.flatMap((ebin) => beamsIn(join(root, ebin)).map((name) => [name, join(ebin, name)])),
  );
}

const isOfErlang = (folder: string): boolean => OF_ERLANG.includes(folder.replace(/-[\d.]+$/, ''));

function beamsIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.beam')) : [];
}

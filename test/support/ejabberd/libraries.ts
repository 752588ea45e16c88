import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { REPOSITORY } from '../repository.ts';
import type { EjabberdPlace } from './where.ts';

/**
 * One folder with links to all compiled files of ejabberd and of Erlang's libraries. A start looks
 * for 400 of them, each in up to 60 folders, which took a third of its processor time.
 */
export function librariesInOneFolder(place: EjabberdPlace): string {
  const ours = createHash('sha1').update([place.root, place.ejabberd, place.xmpp].join());
  const folder = join(REPOSITORY, 'dist', `libraries-${ours.digest('hex').slice(0, 12)}`);
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

/** By their names; as they are called inside the root. Of two with one name ejabberd's own counts. */
function compiledFiles({ root, ejabberd, xmpp }: EjabberdPlace): ReadonlyMap<string, string> {
  const libraries = dirname(xmpp);
  const others = readdirSync(join(root, libraries)).map((name) => join(libraries, name));
  const paths = [...others, ejabberd].flatMap((library) => filesIn(root, join(library, 'ebin')));
  return new Map(paths.map((path) => [basename(path), path]));
}

function filesIn(root: string, ebin: string): readonly string[] {
  if (!existsSync(join(root, ebin))) return [];
  return readdirSync(join(root, ebin))
    .filter((name) => name.endsWith('.beam'))
    .map((name) => join(ebin, name));
}

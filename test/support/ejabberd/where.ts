import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The folders of an installed ejabberd and of the library whose records it uses, as they are called inside `root`. */
export interface EjabberdPlace {
  /** The root of the file system that it lives in. */
  readonly root: string;
  readonly ejabberd: string;
  readonly xmpp: string;
  /** Where its other libraries are. */
  readonly libraries: string;
}

const NOWHERE = 'ejabberd: not installed. Try: apt-get install ejabberd';

/** Debian's places; others can be named in the environment, also the root of another system. */
const ROOT = process.env['EJABBERD_ROOT'] ?? '/';
const LIBRARIES = process.env['EJABBERD_LIBS'];
const ERLANG_LIBRARIES = process.env['ERLANG_LIBS'] ?? '/usr/lib/erlang/lib';

/** Throws, saying what to install, where there is none. */
export function expectEjabberd(): EjabberdPlace {
  const place = findEjabberd();
  if (place === undefined) throw new Error(NOWHERE);
  return place;
}

/** In one line, for people. */
export function sayWhereEjabberdIs(): string {
  const place = findEjabberd();
  return place === undefined ? NOWHERE : `ejabberd: installed here (${join(ROOT, place.ejabberd)})`;
}

function findEjabberd(): EjabberdPlace | undefined {
  const xmpp = newest(ERLANG_LIBRARIES, 'p1_xmpp-');
  for (const libraries of LIBRARIES === undefined ? debianFolders() : [LIBRARIES]) {
    const ejabberd = newest(libraries, 'ejabberd-');
    if (ejabberd && xmpp && hasErlang()) return { root: ROOT, ejabberd, xmpp, libraries };
  }
  return undefined;
}

/** One for each architecture: /usr/lib/x86_64-linux-gnu, for instance. */
function debianFolders(): readonly string[] {
  return entriesOf('/usr/lib')
    .filter((name) => name.includes('-linux-'))
    .map((name) => join('/usr/lib', name));
}

function newest(folder: string, prefix: string): string | undefined {
  const found = entriesOf(folder).filter((name) => name.startsWith(prefix));
  const name = found.toSorted().at(-1);
  return name === undefined ? undefined : join(folder, name);
}

function hasErlang(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return ['erl', 'erlc'].every((name) =>
    folders.some((folder) => isThere(join(ROOT, folder, name))),
  );
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(join(ROOT, folder));
  } catch {
    return [];
  }
}

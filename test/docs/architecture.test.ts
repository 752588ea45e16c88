import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';
import { readPage } from './pages.ts';

const SOURCE = path.join(REPOSITORY, 'src');

const PURE_FOLDERS = ['message', 'receipt'];

/** The folders whose own folders have a row each in the table of folders. */
const OF_ROOMS = ['protocol', 'store', 'user', 'operator'];

/** What stands for a module whose name is not known before the program runs. */
const COMPUTED = 'a computed module';

interface Import {
  readonly file: string;
  readonly from: string;
}

const IMPORTS = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  .flatMap(importsOf);

const ALLOWED = new Map(
  rowsOf('folder').map(([folder = '', , named = '']) => [wordsIn(folder)[0] ?? '', wordsIn(named)]),
);

test.each([
  ['an import of values', `import { a } from '../a.ts';`, ['../a.ts']],
  ['an import of types', `import type { A } from '../a.ts';`, ['../a.ts']],
  ['an import in several lines', `import {\n  a,\n  b,\n} from '../a.ts';`, ['../a.ts']],
  ['an export of what is elsewhere', `export { a } from '../a.ts';`, ['../a.ts']],
  ['an import for its effect', `import '../a.ts';`, ['../a.ts']],
  ['an import while the program runs', `  const a = await import('../a.ts');`, ['../a.ts']],
  ['an import in a type', `let a: import('../a.ts').A;`, ['../a.ts']],
  ['an import in two lines', `void import(\n  'pg'\n);`, ['pg']],
  ['an import of a computed name', 'void import(`../` + name);', [COMPUTED]],
  ['an import of a name in a constant', 'void import(NAME);', [COMPUTED]],
  ['an export of its own', `export const a = 'from';`, []],
])('the tables below know of %s', (_, text, modules) => {
  expect(modulesIn(text)).toEqual(modules);
});

test('ARCHITECTURE.md says of each folder of src what it is', () => {
  const named = rowsOf('folder of `src/`', 'ARCHITECTURE.md').map(
    ([name = '']) => wordsIn(name)[0],
  );
  const entries = readdirSync(SOURCE, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(named.toSorted()).toEqual(folders.toSorted());
});

describe('the table of folders', () => {
  test('has a row for each folder of src, and no other', () => {
    const folders = new Set(IMPORTS.map(({ file }) => roomOf(file)).filter(isFolder));
    expect([...ALLOWED.keys()].toSorted()).toEqual([...folders].toSorted());
  });

  test.each([...ALLOWED.keys()])('%s imports only what its row names', (folder) => {
    const allowed = [folder, ...(ALLOWED.get(folder) ?? [])];
    const others = ownImports().filter(
      ({ file, room }) => roomOf(file) === folder && !allowed.includes(room),
    );
    expect(others.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
  });

  test.each([...ALLOWED.entries()])('%s names nothing that it does not use', (folder, named) => {
    const used = ownImports().filter(({ file }) => roomOf(file) === folder);
    expect(named.filter((name) => !used.some(({ room }) => room === name))).toEqual([]);
  });

  test('names for each folder only folders above it, so that there is no circle', () => {
    const order = [...ALLOWED.keys()];
    const below = [...ALLOWED].flatMap(([folder, named]) =>
      named
        .filter((name) => order.indexOf(name) >= order.indexOf(folder))
        .map((name) => `${folder} imports ${name}`),
    );
    // The port opens its adapters.
    expect(below).toEqual(['store imports store/postgres', 'store imports store/sqlite']);
  });
});

test.each(PURE_FOLDERS)('%s is pure: it imports no module of Node and no library', (folder) => {
  const foreign = IMPORTS.filter(({ file, from }) => roomOf(file) === folder && !isOurs(from));
  expect(foreign.map(({ file, from }) => `${file} imports ${from}`)).toEqual([]);
});

test('namespaces stand in protocol/namespaces.ts only', () => {
  const elsewhere = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'protocol/namespaces.ts')
    .filter((name) =>
      /urn:xmpp|urn:ietf|jabber:|jabber\.org/.test(readFileSync(path.join(SOURCE, name), 'utf8')),
    );
  expect(elsewhere).toEqual([]);
});

test('only main.ts lies in src itself', () => {
  const files = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(['main.ts']);
});

describe('the table of libraries', () => {
  const documented = rowsOf('library').map(([library = '', files = '']) => [
    wordsIn(library)[0],
    wordsIn(files).toSorted(),
  ]);

  test('names every file that imports a library', () => {
    const found = new Map<string, Set<string>>();
    for (const { file, from } of IMPORTS.filter(({ from }) => isLibrary(from)))
      found.set(libraryOf(from), (found.get(libraryOf(from)) ?? new Set()).add(`src/${file}`));
    const imported = [...found].map(([library, files]) => [library, [...files].toSorted()]);
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(imported));
  });
});

test('only run.ts claims a store, and only serve.ts opens it', () => {
  const opening = IMPORTS.filter(({ from }) =>
    ['store/open.ts', 'loadConfig'].some((name) => from.endsWith(name)),
  );
  expect(new Set(opening.map(({ file }) => file))).toEqual(new Set(['daemon/serve.ts']));
});

function importsOf(name: string): readonly Import[] {
  const text = readFileSync(path.join(SOURCE, name), 'utf8');
  return modulesIn(text).map((from) => ({ file: name, from }));
}

/** The modules that a text imports, at the start or while it runs, for values or only for types. */
function modulesIn(text: string): readonly string[] {
  const named = text.matchAll(/^(?:import|export)\b[^;'()]*?from '([^']+)';/gms);
  const forEffect = text.matchAll(/^import '([^']+)';/gm);
  const dynamic = text.matchAll(/\bimport\s*\(\s*(?:'([^']+)'\s*\))?/g);
  return [...named, ...forEffect, ...dynamic].map(([, from = COMPUTED]) => from);
}

function ownImports(): readonly (Import & { readonly room: string })[] {
  return IMPORTS.filter(({ from }) => isOurs(from)).map(({ file, from }) => ({
    file,
    from,
    room: roomOf(path.join(path.dirname(file), from)),
  }));
}

/** The folder that a file of src is in, and of these folders the folder within it; or the file, if it is in none. */
function roomOf(file: string): string {
  const [folder = '', inner, innermost] = file.split('/');
  return innermost !== undefined && OF_ROOMS.includes(folder) ? `${folder}/${inner}` : folder;
}

function isFolder(room: string): boolean {
  return !room.endsWith('.ts');
}

function isOurs(from: string): boolean {
  return from.startsWith('.');
}

function isLibrary(from: string): boolean {
  return !isOurs(from) && !from.startsWith('node:');
}

function libraryOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The rows of the table whose first column has that name, as cells. */
function rowsOf(name: string, page = 'docs/structure.md'): readonly (readonly string[])[] {
  const lines = readPage(page).split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${name} |`)) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines.slice(start, end).map((line) => line.split('|').slice(1, -1));
}

function wordsIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
}

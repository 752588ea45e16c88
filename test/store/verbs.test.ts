import { readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { REPOSITORY } from '../support/repository.ts';

const STORE = path.join(REPOSITORY, 'src', 'store');
const MOST = 7;

const FILES = readdirSync(STORE).filter((name) => /-(port|store)\.ts$/.test(name));
const PROGRAM = ts.createProgram(
  [...FILES, 'adapter.ts'].map((name) => path.join(STORE, name)),
  {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    strict: true,
    types: ['node'],
  },
);
const CHECKER = PROGRAM.getTypeChecker();

test('verbs are counted whether a port names them or takes them from a store', () => {
  expect(verbsIn('preference-port.ts')['PreferencePort']?.toSorted()).toEqual([
    'changedSince',
    'chosenBy',
    'lastNumberOf',
    'put',
    'version',
    'withPolicy',
  ]);
});

test.each(FILES)('a port or a store is in %s', (file) => {
  const named = Object.entries(verbsIn(file)).filter(([name]) => /(Port|Store)$/.test(name));
  expect(named.filter(([, verbs]) => verbs.length > 0)).not.toEqual([]);
});

test.each([...FILES, 'adapter.ts'])('no interface in %s has more than seven verbs', (file) => {
  const tooLong = Object.entries(verbsIn(file)).filter(([, verbs]) => verbs.length > MOST);
  expect(Object.fromEntries(tooLong)).toEqual({});
});

/** The verbs of each interface that a file declares. */
function verbsIn(file: string): Readonly<Record<string, readonly string[]>> {
  const source = PROGRAM.getSourceFile(path.join(STORE, file));
  const declared = source?.statements.filter(ts.isInterfaceDeclaration) ?? [];
  return Object.fromEntries(declared.map((each) => [each.name.text, verbsOf(each)]));
}

function verbsOf(declared: ts.InterfaceDeclaration): readonly string[] {
  return CHECKER.getTypeAtLocation(declared)
    .getProperties()
    .filter((each) => CHECKER.getTypeOfSymbol(each).getCallSignatures().length > 0)
    .map(({ name }) => name);
}

import type { Database, Statement } from './database.ts';

/** Statements by name, prepared once. */
export function prepareAll<Name extends string>(
  database: Database,
  statements: Readonly<Record<Name, string>>,
): Readonly<Record<Name, Statement>> {
  const prepared = Object.entries<string>(statements).map(([name, sql]) => [
    name,
    database.prepare(sql),
  ]);
  return Object.fromEntries(prepared) as Readonly<Record<Name, Statement>>;
}

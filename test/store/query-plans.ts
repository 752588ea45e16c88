import Database from 'better-sqlite3';
import { afterAll, beforeAll, vi } from 'vitest';
import { openDatabase } from '../../src/store/sqlite/database.ts';

/** Collects every statement that anybody prepares while the tests of this file run. */
export function recordStatements(): ReadonlySet<string> {
  const statements = new Set<string>();
  const { prepare } = Database.prototype;
  beforeAll(() => {
    vi.spyOn(Database.prototype, 'prepare').mockImplementation(function (
      this: Database.Database,
      sql: string,
    ) {
      statements.add(sql.replace(/\s+/g, ' ').trim());
      return prepare.call(this, sql);
    });
  });
  afterAll(() => vi.restoreAllMocks());
  return statements;
}

/** A step of a statement's plan that may read more and more rows as the store grows. */
export interface Walk {
  readonly step: string;
  readonly statement: string;
}

/**
 * Which statements walk a table or an index from end to end, or along all that is smaller or greater than a value without a
 * limit.
 */
export function walksOf(statements: Iterable<string>): readonly Walk[] {
  const database = openDatabase(':memory:');
  try {
    return [...statements].filter(isOfRows).flatMap((statement) => walksIn(database, statement));
  } finally {
    database.close();
  }
}

function isOfRows(statement: string): boolean {
  return /^(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(statement);
}

function walksIn(database: Database.Database, statement: string): readonly Walk[] {
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all(...valuesFor(statement));
  return (plan as { detail: string }[])
    .map(({ detail }) => detail)
    .filter((step) => isWalk(step) || (isOpenRange(step) && !/\bLIMIT\b/.test(statement)))
    .map((step) => ({ step, statement }));
}

/** What comes out of a step of the same statement is as small as that step. */
function isWalk(step: string): boolean {
  return step.startsWith('SCAN ') && !/^SCAN (CONSTANT ROW|\(subquery-\d+\))/.test(step);
}

function isOpenRange(step: string): boolean {
  return /^SEARCH \w+ .*\(\w+[<>]/.test(step);
}

/** A NULL for each name, or for each question mark. */
function valuesFor(statement: string): readonly unknown[] {
  const names = [...statement.matchAll(/\$(\w+)/g)].map(([, name]) => name ?? '');
  if (names.length > 0) return [Object.fromEntries(names.map((name) => [name, null]))];
  return [...statement.matchAll(/\?/g)].map(() => null);
}

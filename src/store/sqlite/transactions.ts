import { type Database, expectingFailure } from './database.ts';

type Promised<Rows, Verb extends keyof Rows> = {
  readonly [Name in Verb]: Rows[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Result>
    : never;
};

/** Runs the work in one transaction: all of it is committed, or nothing. */
export function inTransaction<Result>(database: Database, work: () => Result): Result {
  return expectingFailure(() => database.transaction(work).immediate());
}

/** Verbs of rows as a port has them: each a transaction that is committed when its promise resolves. */
export function inTransactions<Rows extends object, Verb extends keyof Rows>(
  database: Database,
  rows: Rows,
  verbs: readonly Verb[],
): Promised<Rows, Verb> {
  const wrapped = verbs.map((verb) => {
    const work = rows[verb] as (...values: readonly unknown[]) => unknown;
    return [
      verb,
      async (...values: readonly unknown[]) =>
        inTransaction(database, () => work.apply(rows, [...values])),
    ];
  });
  return Object.fromEntries(wrapped) as Promised<Rows, Verb>;
}

/** Statements of one transaction. Each call is one round trip. */
export interface Sql {
  rows<Row>(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Answers how many rows it changed. */
  run(statement: string, values?: readonly unknown[]): Promise<number>;
}

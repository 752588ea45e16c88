import type { Database, Statement } from './database.ts';

/** Tells whether another connection has written, so that what we remember may be wrong. */
export class OtherConnections {
  // The version of the file's content: another number whenever another connection, and only such a
  // one, has committed.
  readonly #select: Statement;
  #version: number | undefined;

  constructor(database: Database) {
    this.#select = database.prepare('PRAGMA data_version');
  }

  /** Since the last time this was asked. */
  haveWritten(): boolean {
    const { data_version: version } = this.#select.get() as { data_version: number };
    const isOther = version !== this.#version;
    this.#version = version;
    return isOther;
  }
}

interface Written {
  readonly id: string | undefined;
  readonly size: number;
}

/** Maximum number of stanzas that are remembered one by one. */
const MOST = 1000;

/**
 * The sizes of stanzas that the server may not have read. It reads in order, so the answer to a
 * request shows that everything before it was read.
 */
export class Unread {
  #written: Written[] = [];

  /** The longest stanza that may be unread, in bytes; 0: everything was read. */
  get largest(): number {
    return this.#written.reduce((largest, { size }) => Math.max(largest, size), 0);
  }

  wrote(size: number, id: string | undefined): void {
    if (this.#written.length >= MOST) this.#written = [{ id: undefined, size: this.largest }];
    this.#written.push({ id, size });
  }

  answered(id: string | undefined): void {
    const at = this.#written.findIndex((written) => written.id === id);
    if (id !== undefined && at >= 0) this.#written.splice(0, at + 1);
  }
}

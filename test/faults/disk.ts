import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PIECES = [1 << 20, 1 << 12];

/** A small file system in memory that can be full or read-only. */
export class Disk {
  /** Its root, always writable. */
  readonly path: string;
  /** The same files, for those who may find them read-only. */
  readonly shown: string;

  readonly #folder: string;

  /** `undefined`: this user may not mount here. */
  static make(megabytes: number): Disk | undefined {
    try {
      return new Disk(megabytes);
    } catch {
      // Expected without the rights of root, also in most containers.
      return undefined;
    }
  }

  private constructor(megabytes: number) {
    const folder = mkdtempSync(join(tmpdir(), 'disk-'));
    // PostgreSQL runs as another user.
    chmodSync(folder, 0o711);
    this.#folder = folder;
    this.path = join(folder, 'disk');
    this.shown = join(folder, 'shown');
    for (const path of [this.path, this.shown]) mkdirSync(path);
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.path);
    mount('--bind', this.path, this.shown);
  }

  /** Nothing more can be written. */
  fill(): void {
    const file = openSync(this.#filler, 'w');
    for (const size of PIECES) fillBy(file, Buffer.alloc(size));
    closeSync(file);
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  /** Nobody may have a file open for writing there. */
  setReadOnly(isReadOnly: boolean): void {
    mount('-o', `remount,bind,${isReadOnly ? 'ro' : 'rw'}`, this.shown);
  }

  dispose(): void {
    for (const path of [this.shown, this.path]) execFileSync('umount', ['--lazy', path]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #filler(): string {
    return join(this.path, 'filler');
  }
}

function mount(...words: readonly string[]): void {
  execFileSync('mount', words);
}

function fillBy(file: number, piece: Buffer): void {
  try {
    for (;;) writeSync(file, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}

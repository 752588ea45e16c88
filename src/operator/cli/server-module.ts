import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ServerName = 'prosody' | 'ejabberd';

interface Place {
  /** The folder of the module, from the root of our package. */
  readonly source: string;
  /** The file in it that says its version. */
  readonly versionIn: string;
}

const PLACES: Readonly<Record<ServerName, Place>> = {
  prosody: { source: 'prosody-config/modules/mod_receipts', versionIn: 'hello.lib.lua' },
  ejabberd: {
    source: 'ejabberd-config/modules/mod_receipts',
    versionIn: 'src/mod_receipts_hello.erl',
  },
};

const VERSION = /MODULE_VERSION\W+(\d+\.\d+\.\d+)/;

/** Where the module of that server is copied to. */
export const targetIn = (folder: string): string => join(folder, 'mod_receipts');

/** The version of our copy of the module. */
export function ourVersion(server: ServerName): string {
  return versionOf(server, sourceOf(server)) ?? 'unknown';
}

/** The version of the module that lies in the folder; `undefined`: none does. */
export function versionIn(server: ServerName, folder: string): string | undefined {
  const target = targetIn(folder);
  return existsSync(target) ? (versionOf(server, target) ?? 'unknown') : undefined;
}

/** Copies the module into the folder, whole; what lay there is replaced, whole too. */
export function copyModule(server: ServerName, folder: string): void {
  const target = targetIn(folder);
  const [fresh, old] = [`${target}.new`, `${target}.old`];
  mkdirSync(folder, { recursive: true });
  for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true });
  cpSync(sourceOf(server), fresh, { recursive: true });
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

/** A version that we cannot read may be a newer one. */
export function mayReplace(found: string | undefined, ours: string): boolean {
  if (found === undefined) return true;
  return found !== 'unknown' && compare(found, ours) <= 0;
}

function compare(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

function versionOf(server: ServerName, folder: string): string | undefined {
  const file = join(folder, PLACES[server].versionIn);
  return existsSync(file) ? VERSION.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}

function sourceOf(server: ServerName): string {
  return join(packageRoot(dirname(fileURLToPath(import.meta.url))), PLACES[server].source);
}

/** This file runs from its source as well as compiled, from dist/. */
function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageRoot(dirname(folder));
}

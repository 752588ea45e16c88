import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DAEMON } from './daemon-process.ts';
import { REPOSITORY } from './repository.ts';
import { SERVER_KIND, type ServerKind } from './server.ts';

// The first version, as it is out there: the sources of both modules, and its daemon in one file.

export type Version = 'first' | 'today';

const FIXTURES = join(REPOSITORY, 'test/integration/fixtures/first-version');
const UNPACKED = join(REPOSITORY, 'dist/first-version');

const MODULES: Readonly<Record<ServerKind, Readonly<Record<Version, string>>>> = {
  prosody: {
    first: join(UNPACKED, 'prosody'),
    today: join(REPOSITORY, 'prosody-config/modules'),
  },
  ejabberd: {
    first: join(UNPACKED, 'ejabberd'),
    today: join(REPOSITORY, 'ejabberd-config/modules/mod_receipts/src'),
  },
};

/** What a process of that daemon runs. */
export const DAEMONS: Readonly<Record<Version, string>> = {
  first: join(UNPACKED, 'daemon.mjs'),
  today: DAEMON,
};

/** Where that server finds its module. */
export const moduleFolder = (version: Version): string => MODULES[SERVER_KIND][version];

export function unpackFirstVersion(): void {
  unpack('daemon.mjs.gz', DAEMONS.first);
  unpack('mod_receipts.lua.gz', join(MODULES.prosody.first, 'mod_receipts/mod_receipts.lua'));
  unpack('mod_receipts.erl.gz', join(MODULES.ejabberd.first, 'mod_receipts.erl'));
}

/** Others may read the file at the same time. */
function unpack(name: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}-${process.pid}`;
  writeFileSync(unfinished, gunzipSync(readFileSync(join(FIXTURES, name))));
  renameSync(unfinished, path);
}

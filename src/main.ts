#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { BadConfig, type Config, loadConfig } from './config/config.ts';
import { run } from './daemon/run.ts';
import { VERSION } from './observing/version.ts';
import { backUpStore, restoreStore } from './store/backup.ts';
import { StoreUnavailable } from './store/store.ts';

const USAGE = `xmpp-receipts ${VERSION}: tells senders of XMPP messages what became of them

  xmpp-receipts run [--config FILE]   attach to the server and run until a signal comes
  xmpp-receipts backup COPY [--config FILE]    copy the store into a new file, also while it runs
  xmpp-receipts restore COPY [--config FILE]   put such a copy in place of the store
  xmpp-receipts --help | --version

Every option of FILE can also come from the environment: docs/operating.md`;

const FLAG = { type: 'boolean' } as const;

/** sysexits(3): wrong usage, something needed is not available, wrong settings. */
const EXIT = { usage: 64, unavailable: 69, config: 78 } as const;

/** Answers with the exit code, or with nothing while the daemon runs. */
function main(args: readonly string[]): number | undefined {
  try {
    return command(args);
  } catch (error) {
    if (error instanceof BadConfig) return fail(error.message, EXIT.config);
    if (error instanceof StoreUnavailable) return fail(error.message, EXIT.unavailable);
    if (isUsageError(error)) return fail(`${error.message}\n\n${USAGE}`, EXIT.usage);
    throw error;
  }
}

function command(args: readonly string[]): number | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { config: { type: 'string' }, help: FLAG, version: FLAG },
  });
  if (values.help === true) return say(USAGE);
  if (values.version === true) return say(VERSION);
  const [name = '', ...operands] = positionals;
  const verb = VERBS.get(name);
  if (verb === undefined || operands.length !== verb.operands) return fail(USAGE, EXIT.usage);
  return verb.act(() => loadConfig(values.config, process.env), operands[0] ?? '');
}

interface Verb {
  /** How many words it takes. */
  readonly operands: 0 | 1;
  readonly act: (load: () => Config, file: string) => number | undefined;
}

const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['run', { operands: 0, act: runOn }],
  ['backup', { operands: 1, act: backUp }],
  ['restore', { operands: 1, act: restore }],
]);

function runOn(load: () => Config): undefined {
  run(load());
}

function backUp(load: () => Config, file: string): number {
  keepToOwner();
  backUpStore(load().store, file);
  return say(`The store was copied to ${file}, and the copy is sound.`);
}

function restore(load: () => Config, file: string): number {
  keepToOwner();
  return say(restored(file, restoreStore(load().store, file)));
}

/** The store holds who writes to whom: no other user of this machine may read it. */
function keepToOwner(): void {
  process.umask(0o077);
}

function restored(file: string, kept: string | undefined): string {
  const replaced = kept === undefined ? '' : ` The replaced store is ${kept}.`;
  return `The store was restored from ${file}.${replaced} Start the daemon now: it takes newer policies from the servers.`;
}

function isUsageError(error: unknown): error is Error {
  return error instanceof Error && String(Reflect.get(error, 'code')).startsWith('ERR_PARSE_ARGS');
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

process.exitCode = main(process.argv.slice(2));

#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { BadConfig, loadConfig } from './config/config.ts';
import { run } from './daemon/run.ts';
import { VERSION } from './observing/version.ts';
import { StoreUnavailable } from './store/store.ts';

const USAGE = `xmpp-receipts ${VERSION}: tells senders of XMPP messages what became of them

  xmpp-receipts run [--config FILE]   attach to the server and run until a signal comes
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
  if (positionals.length !== 1 || positionals[0] !== 'run') return fail(USAGE, EXIT.usage);
  run(loadConfig(values.config, process.env));
  return undefined;
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

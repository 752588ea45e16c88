#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { BadConfig } from './config/bad-config.ts';
import { type Config, loadConfig } from './config/config.ts';
import { createDaemon, type Daemon } from './daemon.ts';
import { createLink } from './link/link.ts';
import { createLogger } from './log.ts';
import { lockStore, openStore, type StoreLock } from './store/open.ts';
import { StoreUnavailable } from './store/unavailable.ts';
import { VERSION } from './version.ts';

const USAGE = `xmpp-receipts ${VERSION}: tells senders of XMPP messages what became of them

  xmpp-receipts run [--config FILE]   attach to the server and run until a signal comes
  xmpp-receipts --help | --version

Every option of FILE can also come from the environment: docs/operating.md`;

/** sysexits(3): wrong usage, wrong settings, something needed is away. */
const EXIT = { usage: 64, unavailable: 69, config: 78 } as const;

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
    options: {
      config: { type: 'string' },
      help: { type: 'boolean' },
      version: { type: 'boolean' },
    },
  });
  if (values.help === true) return say(USAGE);
  if (values.version === true) return say(VERSION);
  if (positionals.length !== 1 || positionals[0] !== 'run') return fail(USAGE, EXIT.usage);
  run(loadConfig(values.config, process.env));
  return undefined;
}

/** Runs until SIGTERM or SIGINT. */
function run(config: Config): void {
  // The store holds who writes to whom: nobody else's business.
  process.umask(0o077);
  const { component, domains } = config;
  const log = createLogger(config.log);
  const lock = lockStore(config.store);
  const store = openStore(config.store);
  const link = createLink({ ...component, log });
  const daemon = createDaemon({ config, link, store, log });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop(daemon, lock));
  }
  log.info(
    { component: component.domain, domains, store: config.store },
    `xmpp-receipts ${VERSION} starts`,
  );
  daemon.start();
}

async function stop(daemon: Daemon, lock: StoreLock): Promise<void> {
  await daemon.stop();
  lock.release();
  process.exit(0);
}

function isUsageError(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
  );
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function fail(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

const exitCode = main(process.argv.slice(2));
if (exitCode !== undefined) process.exitCode = exitCode;

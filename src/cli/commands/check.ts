import { BadConfig, type Config } from '../../config/config.ts';
import type { DaemonSeen, Evidence } from '../../doctor/evidence.ts';
import { type Finding, isWell } from '../../doctor/finding.ts';
import { badSettings, findingsOf } from '../../doctor/findings.ts';
import { lookAtServer, type Seen } from '../../doctor/look.ts';
import type { StatusAnswer } from '../../http/status-route.ts';
import { lockStore } from '../../store/locking.ts';
import { StoreUnavailable } from '../../store/store.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';

export function addCheck(program: Command, context: Context): void {
  program
    .command('check')
    .description('why nothing comes: settings, store, server and each domain')
    .option('--json', 'as JSON')
    .action(async ({ json }) => {
      const findings = await examine(context);
      context.say(json === true ? JSON.stringify(findings, undefined, 2) : inWords(findings));
      if (!isWell(findings)) throw new CommandFailed('check: something is red', EXIT.no);
    });
}

async function examine({ settings, daemon }: Context): Promise<readonly Finding[]> {
  try {
    const config = settings();
    return findingsOf({ ...known(config), ...(await seenBy(config, daemon)) });
  } catch (error) {
    // Bad input is a finding here.
    if (error instanceof BadConfig) return badSettings(error.message);
    throw error;
  }
}

function known({ component }: Config): Pick<Evidence, 'component' | 'address' | 'secretLength'> {
  const { domain, host, port, secret } = component;
  return { component: domain, address: `${host}:${port}`, secretLength: [...secret].length };
}

type Looked = Omit<Evidence, keyof ReturnType<typeof known>>;

/** A daemon that runs is asked: a stream of our own would end that of the daemon. */
async function seenBy(config: Config, daemon: Context['daemon']): Promise<Looked> {
  const status = await statusOf(config, daemon);
  if (status === undefined) return alone(config);
  const { version, link, servers } = status;
  return { daemon: { kind: 'answers', version }, link, servers };
}

async function statusOf(
  { http }: Config,
  daemon: Context['daemon'],
): Promise<StatusAnswer | undefined> {
  if (http.socket === undefined) return undefined;
  try {
    return await daemon().get<StatusAnswer>('/api/status');
  } catch (error) {
    // Expected: no daemon runs.
    if (error instanceof CommandFailed && error.code === EXIT.unavailable) return undefined;
    throw error;
  }
}

async function alone(config: Config): Promise<Looked> {
  try {
    const lock = await lockStore(config.store);
    const daemon: DaemonSeen = { kind: 'none' };
    const seen: Seen = await lookAtServer(config).finally(() => lock.release());
    return { daemon, ...seen };
  } catch (error) {
    // Expected, and a finding here: the store cannot be used.
    if (!(error instanceof StoreUnavailable)) throw error;
    const daemon: DaemonSeen = { kind: 'store-refused', problem: error.message };
    return { daemon, link: undefined, servers: [] };
  }
}

function inWords(findings: readonly Finding[]): string {
  return findings.map(wordsOf).join('\n');
}

function wordsOf({ severity, about, seen, expected, paste }: Finding): string {
  const lines = [`${severity.padEnd(5)}  ${about}: ${seen}`];
  if (expected !== undefined) lines.push(`       expected: ${expected}`);
  if (paste !== undefined) {
    lines.push('       in prosody.cfg.lua:', paste.prosody);
    lines.push('       or in ejabberd.yml:', paste.ejabberd);
  }
  return lines.join('\n');
}

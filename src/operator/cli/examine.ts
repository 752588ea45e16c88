import { BadConfig, type Config } from '../../config/config.ts';
import { lockStore } from '../../store/locking.ts';
import { StoreUnavailable } from '../../store/store.ts';
import type { DaemonSeen, Evidence, UserKnown, UserSeen } from '../doctor/evidence.ts';
import type { Finding } from '../doctor/finding.ts';
import { badSettings, findingsOf } from '../doctor/findings.ts';
import { lookAtServer } from '../doctor/look.ts';
import { type SetUp, seenByDaemon, seenByStandby, setUpOf } from '../doctor/set-up.ts';
import { accountOf } from '../doctor/user-rows.ts';
import type { SummaryAnswer } from '../http/messages-routes.ts';
import type { PolicyAnswer } from '../http/policy-routes.ts';
import { serverAnswer } from '../http/server-answer.ts';
import type { StandbyAnswer, StatusAnswer } from '../http/status-route.ts';
import type { ApiClient } from './api-client.ts';
import type { Context } from './context.ts';
import { CommandFailed, EXIT } from './exit.ts';

/** Looks at everything that can be seen from here, and says what was found. */
export async function examine(
  users: readonly string[],
  { settings, daemon }: Context,
): Promise<readonly Finding[]> {
  try {
    const config = settings();
    return findingsOf({ ...setUpOf(config), ...(await seenBy(config, users, daemon)) });
  } catch (error) {
    // Bad input is a finding here.
    if (error instanceof BadConfig) return badSettings(error.message);
    throw error;
  }
}

type Looked = Omit<Evidence, keyof SetUp>;

/** A daemon that runs is asked: a stream of our own would end that of the daemon. */
async function seenBy(
  config: Config,
  users: readonly string[],
  daemon: () => ApiClient,
): Promise<Looked> {
  const status = await statusOf(config, daemon);
  if (status === undefined) return { ...(await alone(config)), users: users.map(unseen) };
  if (status.state === 'standby') return { ...seenByStandby(status), users: users.map(unseen) };
  const seen = users.map((written) => userSeen(written, config, daemon()));
  return { ...seenByDaemon(status), users: await Promise.all(seen) };
}

async function statusOf(
  { http }: Config,
  daemon: () => ApiClient,
): Promise<StandbyAnswer | StatusAnswer | undefined> {
  if (http.socket === undefined) return undefined;
  try {
    return await daemon().get<StandbyAnswer | StatusAnswer>('/api/status');
  } catch (error) {
    // Expected: no daemon runs.
    if (error instanceof CommandFailed && error.code === EXIT.unavailable) return undefined;
    throw error;
  }
}

async function alone(config: Config): Promise<Omit<Looked, 'users'>> {
  try {
    const lock = await lockStore(config.store, config.component.domain);
    const daemon: DaemonSeen = { kind: 'none' };
    const seen = await lookAtServer(config).finally(() => lock.release());
    return { daemon, ...seen, servers: seen.servers.map(serverAnswer) };
  } catch (error) {
    // Expected, and a finding here: the store cannot be used.
    if (!(error instanceof StoreUnavailable)) throw error;
    const daemon: DaemonSeen = { kind: 'store-refused', problem: error.message };
    return { daemon, link: undefined, servers: [], unconfigured: [] };
  }
}

function unseen(written: string): UserSeen {
  return { written };
}

async function userSeen(
  written: string,
  { domains }: Config,
  client: ApiClient,
): Promise<UserSeen> {
  const user = accountOf({ written }, domains);
  return user === undefined ? { written } : { written, known: await knownOf(user, client) };
}

async function knownOf(user: string, client: ApiClient): Promise<UserKnown> {
  const { policy, isOwn, exceptions } = await client.get<PolicyAnswer>(
    `/api/policy?${new URLSearchParams({ user })}`,
  );
  const sent = await client.get<readonly SummaryAnswer[]>(
    `/api/messages?${new URLSearchParams({ sender: user, limit: '3' })}`,
  );
  return { policy, isOwn, exceptions: Object.keys(exceptions).length, sent };
}

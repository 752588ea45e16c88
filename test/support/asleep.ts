import { expect } from 'vitest';
import type { Client } from './client.ts';
import type { InsideCode, Server } from './server/server.ts';

/**
 * ejabberd that writes to a websocket while it breaks knows of it late: it waits for the answer of that
 * connection, up to twice 15 seconds to write and 5 to close.
 */
const PATIENCE_MS = 45_000;

/** Resolves when the server knows that the connection of this session is gone, and waits for its resumption. */
export async function untilAsleep(server: Server, { jid }: Pick<Client, 'jid'>): Promise<void> {
  const [user = '', host = '', resource = ''] = jid.split(/[@/]/);
  const isAsleep = () => server.runInside(IS_ASLEEP, user, host, resource);
  await expect.poll(isAsleep, { timeout: PATIENCE_MS }).toBe(true);
}

const IS_ASLEEP: InsideCode = {
  lua: `
    local user, host, resource = ...
    local account = prosody.hosts[host].sessions[user]
    local session = account and account.sessions[resource]
    return session ~= nil and session.hibernating ~= nil`,
  erlang: `
    [User, Host, Resource] = Args,
    case ejabberd_sm:get_session_pid(User, Host, Resource) of
      none -> false;
      Pid -> maps:get(mgmt_state, sys:get_state(Pid, 60000), none) == pending
    end`,
};

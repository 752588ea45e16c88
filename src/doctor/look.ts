import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { createLink } from '../link/component-link.ts';
import { isLinkError, type Link } from '../link/link.ts';
import { FEED_VERSION, helloElement, readHello } from '../protocol/hello.ts';
import { element } from '../protocol/xml.ts';
import { missing, otherVersion, silent } from '../servers/greeter-lines.ts';
import { createLogger } from '../telemetry/log.ts';
import { VERSION } from '../telemetry/version.ts';
import type { LinkSeen, ServerSeen } from './evidence.ts';

const TIMINGS = { connectMs: 5000, requestMs: 5000 };
const STEP_MS = 50;

export interface Seen {
  readonly link: LinkSeen;
  readonly servers: readonly ServerSeen[];
}

/**
 * Connects as the component and greets each domain. Only for who holds the lock of the store: a
 * second stream would end that of a daemon. Facts that come are not acknowledged, so they stay
 * with the server.
 */
export async function lookAtServer({ component, domains }: Config): Promise<Seen> {
  const log = createLogger({ level: 'silent', addresses: 'hidden' });
  const link = createLink({ ...component, log, timings: TIMINGS });
  link.start();
  try {
    const state = await firstState(link);
    if (!state.isOnline) return { link: state, servers: [] };
    const greeted = domains.map((domain) => greet(link, domain, component.domain));
    return { link: state, servers: await Promise.all(greeted) };
  } finally {
    await link.stop();
  }
}

async function firstState(link: Link): Promise<LinkSeen> {
  for (;;) {
    const { state } = link;
    if (state.isOnline || state.problem !== undefined) return state;
    await delay(STEP_MS);
  }
}

async function greet(link: Link, domain: string, component: string): Promise<ServerSeen> {
  const hello = helloElement(VERSION, randomUUID());
  const attrs = { type: 'get', from: component, to: domain };
  try {
    const answer = await link.request(element('iq', attrs, hello));
    const module = answer.attrs['type'] === 'error' ? undefined : readHello(answer);
    if (module === undefined) return missed(domain, missing(domain, { answer, component }));
    if (module.version !== FEED_VERSION)
      return missed(domain, otherVersion(domain, module.version));
    return { ...module, domain, server: `${module.server} ${module.serverVersion}` };
  } catch (error) {
    // Expected: the server does not answer. Anything else is our bug.
    if (isLinkError(error)) return missed(domain, silent(domain));
    throw error;
  }
}

function missed(domain: string, problem: string): ServerSeen {
  return { domain, problem, stores: [] };
}

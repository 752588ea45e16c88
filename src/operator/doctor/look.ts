import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../../config/config.ts';
import { createLink } from '../../link/component-link.ts';
import { isLinkError, type Link } from '../../link/link.ts';
import { FEED_VERSION, helloElement, readHello } from '../../protocol/hello.ts';
import { type Spelling, spellingFor } from '../../protocol/spelling/spelling.ts';
import { type Element, element } from '../../protocol/xml.ts';
import { missing, misspelt, otherVersion, silent } from '../../servers/greeter-lines.ts';
import { metState, missedState, type ServerState } from '../../servers/server-states.ts';
import { createLogger } from '../../telemetry/log.ts';
import { VERSION } from '../../telemetry/version.ts';
import type { LinkSeen } from './evidence.ts';

const TIMINGS = { connectMs: 5000, requestMs: 5000 };
const STEP_MS = 50;
/** Modules say hello as soon as we are connected; those of hosts that we do not name, too. */
const LISTEN_MS = 400;

export interface Seen {
  readonly link: LinkSeen;
  readonly servers: readonly ServerState[];
  readonly unconfigured: readonly string[];
}

/**
 * Connects as the component and greets each domain. Only for who holds the lock of the store: a
 * second stream would end that of a daemon. Facts that come are not acknowledged, so they stay
 * with the server.
 */
export async function lookAtServer({ component, domains }: Config): Promise<Seen> {
  const log = createLogger({ level: 'silent', addresses: 'hidden' });
  const link = createLink({ ...component, log, timings: TIMINGS });
  const greeters = new Set<string>();
  link.onStanza(async (stanza) => noteHello(stanza, greeters));
  link.start();
  try {
    const state = await firstState(link);
    if (!state.isOnline) return { link: state, servers: [], unconfigured: [] };
    const greeted = domains.map((domain) => greet(link, domain, component.domain));
    const [servers] = await Promise.all([Promise.all(greeted), delay(LISTEN_MS)]);
    return { link: state, ...withStrangers(servers, greeters) };
  } finally {
    await link.stop();
  }
}

function noteHello(stanza: Element, greeters: Set<string>): void {
  const { type, from = '' } = stanza.attrs;
  if (type === 'get' && readHello(stanza) !== undefined) greeters.add(from);
}

async function firstState(link: Link): Promise<LinkSeen> {
  for (;;) {
    const { state } = link;
    if (state.isOnline || state.problem !== undefined) return state;
    await delay(STEP_MS);
  }
}

async function greet(link: Link, domain: string, component: string): Promise<ServerState> {
  const hello = helloElement(VERSION, randomUUID());
  const attrs = { type: 'get', from: component, to: domain };
  try {
    const answer = await link.request(element('iq', attrs, hello));
    const module = answer.attrs['type'] === 'error' ? undefined : readHello(answer);
    if (module === undefined) return missedState(domain, missing(domain, { answer, component }));
    if (module.version === FEED_VERSION) return metState(domain, module);
    return missedState(domain, otherVersion(domain, module.version));
  } catch (error) {
    // Expected: the server does not answer. Anything else is our bug.
    if (isLinkError(error)) return missedState(domain, silent(domain));
    throw error;
  }
}

/** Who has said hello and is no domain of ours is one that is spelled in another way, or a stranger. */
function withStrangers(servers: readonly ServerState[], greeters: ReadonlySet<string>) {
  const domains = servers.map(({ domain }) => domain);
  const spell = spellingFor(domains);
  const strangers = [...greeters].filter((from) => !domains.includes(from));
  return {
    servers: servers.map((server) => spelledRight(server, strangers, spell)),
    unconfigured: strangers.filter((from) => !domains.includes(spell(from))),
  };
}

function spelledRight(server: ServerState, strangers: readonly string[], spell: Spelling) {
  const { domain } = server;
  const from = strangers.find((it) => spell(it) === domain);
  return server.hello !== undefined || from === undefined
    ? server
    : missedState(domain, misspelt(from, domain), from);
}

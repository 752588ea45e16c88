import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createLink } from '../../src/link/component-link.ts';
import type { Link, LinkTimings } from '../../src/link/link.ts';
import { type Element, element } from '../../src/protocol/xml.ts';
import { FakeServer, type FakeServerOptions } from '../support/fake-server.ts';
import { until } from '../support/until.ts';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly problem?: string;
  readonly server?: string;
}

export const WARN = 40;
export const ERROR = 50;

const QUICK: Partial<LinkTimings> = { closeMs: 300, retryFirstMs: 20, retryMaxMs: 100 };

export async function startServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const server = await FakeServer.start(options);
  onTestFinished(() => server.close());
  return server;
}

export interface LinkUnderTest {
  readonly link: Link;
  /** What was logged, debug lines included. */
  readonly lines: readonly LogLine[];
}

interface Settings {
  readonly secret?: string;
  readonly timings?: Partial<LinkTimings>;
  /** The ports of the other nodes of a cluster. */
  readonly others?: readonly number[];
}

/** A link to that port, not started; stopped when the test is over. */
export function linkTo(
  port: number,
  { secret = 'secret', timings, others = [] }: Settings = {},
): LinkUnderTest {
  const lines: LogLine[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => lines.push(JSON.parse(line)) });
  const link = createLink({
    domain: 'receipts.example.org',
    host: '127.0.0.1',
    port,
    others: others.map((other) => ({ host: '127.0.0.1', port: other })),
    secret,
    log,
    random: () => 1,
    timings: { ...QUICK, ...timings },
  });
  onTestFinished(() => link.stop());
  return { link, lines };
}

/** A link that is online, with the server's end of its connection. */
export async function onlineLink(options: FakeServerOptions & Settings = {}) {
  const server = await startServer(options);
  const { link, lines } = linkTo(server.port, options);
  link.start();
  await online(link);
  return { server, link, lines, connection: await server.connection(1) };
}

export function online(link: Link): Promise<void> {
  return until(() => link.isOnline, 'the link to be online');
}

export function offline(link: Link): Promise<void> {
  return until(() => !link.isOnline, 'the link to be offline');
}

export function message(id: string, ...texts: readonly string[]): Element {
  return element('message', { to: 'alice@example.org', id }, element('body', {}, ...texts));
}

export function ask(attrs: Readonly<Record<string, string>> = {}): Element {
  const ping = element('ping', { xmlns: 'urn:xmpp:ping' });
  return element('iq', { type: 'get', to: 'example.org', ...attrs }, ping);
}

/** What an operator reads with the default level. */
export function said(lines: readonly LogLine[]): readonly string[] {
  return lines.filter(({ level }) => level >= WARN).map(({ msg, problem }) => problem ?? msg);
}

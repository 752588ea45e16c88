import type { Config } from '../../config/config.ts';
import type { DaemonsSeen, Evidence } from './evidence.ts';

/** What the settings say. */
export type SetUp = Pick<Evidence, 'component' | 'address' | 'secretLength' | 'domains'>;

export function setUpOf({ component, domains }: Config): SetUp {
  const { domain, host, port, others, secret } = component;
  const secretLength = [...secret].length;
  const address = [{ host, port }, ...others].map((it) => `${it.host}:${it.port}`).join(', ');
  return { component: domain, address, secretLength, domains };
}

/** What a daemon that runs says of itself. */
interface DaemonSays extends Pick<Evidence, 'servers' | 'unconfigured'> {
  readonly version: string;
  readonly daemons: DaemonsSeen;
  readonly link: NonNullable<Evidence['link']>;
}

export function seenByDaemon({ version, daemons, link, servers, unconfigured }: DaemonSays) {
  return { daemon: { kind: 'answers', version }, daemons, link, servers, unconfigured } as const;
}

/** The server was not looked at: whoever serves the component is connected to it. */
export function seenByStandby({ holder }: { readonly holder: string }) {
  const daemon = { kind: 'stands-by', holder } as const;
  return { daemon, link: undefined, servers: [], unconfigured: [] };
}

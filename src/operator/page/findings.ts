import type { DaemonStatus } from '../status.ts';
import type { Words } from './words/words.ts';

/** A line of the state: is it well, and if not, what is to be done? */
export interface Finding {
  readonly level: 'good' | 'bad';
  readonly says: string;
  /** What was seen, in the words of the program that saw it. */
  readonly seen: string | undefined;
  readonly todo: string | undefined;
}

/** What the state of the daemon shows. Other programs' findings can stand behind these. */
export function findingsIn({ link, servers }: DaemonStatus, words: Words): readonly Finding[] {
  return [linkFinding(link, words), ...servers.map((server) => serverFinding(server, words))];
}

function linkFinding(link: DaemonStatus['link'], { findings }: Words): Finding {
  if (link.isOnline) return good(findings.connected);
  return { level: 'bad', says: findings.offline, seen: link.problem, todo: findings.checkLink };
}

function serverFinding(
  { domain, problem, hello }: DaemonStatus['servers'][number],
  { findings }: Words,
): Finding {
  if (problem !== undefined)
    return { level: 'bad', says: domain, seen: problem, todo: findings.checkServer };
  const { server = '', serverVersion = '', module = '' } = hello ?? {};
  return good(
    `${domain}: ${findings.greets}`,
    `${server} ${serverVersion}, mod_receipts ${module}`,
  );
}

function good(says: string, seen?: string): Finding {
  return { level: 'good', says, seen, todo: undefined };
}

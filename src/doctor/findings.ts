import type { DaemonSeen, Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { linkFindings } from './link-findings.ts';
import { serverFindings } from './server-findings.ts';

/** What an operator must know, in the order in which things must be put right. */
export function findingsOf(evidence: Evidence): readonly Finding[] {
  return [
    { severity: 'green', about: 'settings', seen: settingsSeen(evidence) },
    daemonFinding(evidence.daemon),
    ...linkFindings(evidence),
    ...serverFindings(evidence),
  ];
}

/** Without settings there is nothing else to look at. */
export function badSettings(problem: string): readonly Finding[] {
  const expected = 'settings as docs/operating.md shows them';
  return [{ severity: 'red', about: 'settings', seen: problem, expected }];
}

function settingsSeen({ secretLength }: Evidence): string {
  return `can be used; the secret has ${secretLength} characters`;
}

function daemonFinding(daemon: DaemonSeen): Finding {
  switch (daemon.kind) {
    case 'answers':
      return { severity: 'green', about: 'daemon', seen: `runs, version ${daemon.version}` };
    case 'none':
      return {
        severity: 'amber',
        about: 'daemon',
        seen: 'does not run: check connected by itself',
        expected: 'a running daemon: xmpp-receipts run',
      };
    case 'store-refused':
      return {
        severity: 'red',
        about: 'store',
        seen: daemon.problem,
        expected: 'a store for this daemon alone, and a daemon that answers at "http.socket"',
      };
    default:
      return daemon satisfies never;
  }
}

import type { FailureReason } from '../link/link.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { componentLines } from './paste.ts';

/** What was expected where the connection failed so. */
const EXPECTED: Readonly<Record<FailureReason, (evidence: Evidence) => string>> = {
  unresolved: ({ address }) =>
    `a name in "component.server" that this machine resolves, instead of ${address}`,
  unreached: ({ address }) =>
    `a server that listens for components at ${address}; restart it after these lines`,
  'secret-refused': ({ secretLength }) =>
    `the same secret on both sides. We read ${secretLength} characters of ours: in YAML a " #" begins a comment, so put the secret in quotes`,
  'name-unknown': ({ component }) => `a server that knows the component ${component}`,
  conflict: ({ component }) =>
    `no other connection for ${component}: end the second daemon, wherever it runs`,
  other: ({ address }) => `the component port of an XMPP server at ${address}`,
};

const NOTHING_TO_PASTE: readonly FailureReason[] = ['unresolved', 'conflict'];

export function linkFindings(evidence: Evidence): readonly Finding[] {
  const { link, component, address } = evidence;
  if (link === undefined) return [];
  if (link.isOnline)
    return [{ severity: 'green', about: 'server', seen: `${address} takes us as ${component}` }];
  return [failed(evidence, link.reason ?? 'other', link.problem ?? 'no answer yet')];
}

function failed(evidence: Evidence, reason: FailureReason, seen: string): Finding {
  const finding = { about: 'server', seen, expected: EXPECTED[reason](evidence) };
  if (NOTHING_TO_PASTE.includes(reason)) return { severity: 'red', ...finding };
  const paste = componentLines(evidence.component, evidence.address);
  return { severity: 'red', ...finding, paste };
}

import { hostFrom } from '../../protocol/spelling/domain.ts';
import { spellingFor, typedSpelling } from '../../protocol/spelling/spelling.ts';
import type { Evidence, UserSeen } from './evidence.ts';
import { domainSettings } from './paste.ts';
import { type Row, userRow } from './row.ts';

/** RFC 7622 §3: an account, without a resource. */
const ACCOUNT = /^[^\s/@"&'<>:]{1,1023}@([^\s/@]{1,1023})$/u;

const domainOf = ({ written }: UserSeen) => hostFrom(ACCOUNT.exec(written)?.[1] ?? '');

/** As the daemon spells it; `undefined`: it is no user of ours. */
export function accountOf(user: UserSeen, domains: readonly string[]): string | undefined {
  if (domainOf(user) === undefined) return undefined;
  const address = typedSpelling(spellingFor(domains))(user.written);
  return domains.includes(address.slice(address.indexOf('@') + 1)) ? address : undefined;
}

const spelled = (user: UserSeen, { domains }: Evidence) => accountOf(user, domains);

export const USER_ROWS: readonly Row[] = [
  userRow('user-invalid', {
    severity: 'red',
    seen: (user) => (domainOf(user) === undefined ? 'is not the address of a user' : undefined),
    expected: ({ written }) => `${exampleFor(written)}, without a resource`,
  }),
  userRow('user-of-others', {
    severity: 'red',
    seen: (user, evidence) =>
      domainOf(user) !== undefined && spelled(user, evidence) === undefined
        ? `${domainOf(user)} is not among "domains" (${evidence.domains.join(', ')})`
        : undefined,
    expected: (user) => `"${domainOf(user)}" in "domains", if it is a host of our server`,
    paste: (user, { domains }) => domainSettings([...domains, domainOf(user) ?? '']),
  }),
  userRow('user-spelled', {
    severity: 'amber',
    seen: (user, evidence) => {
      const address = spelled(user, evidence);
      const isOther = address !== undefined && address !== user.written;
      return isOther ? `is ${address} here` : undefined;
    },
    expected: () => 'that spelling, wherever it is compared with what the daemon writes',
  }),
  userRow('user', {
    severity: 'green',
    seen: ({ known }) =>
      known &&
      `policy ${known.policy} (${known.isOwn ? 'their own' : 'the default'}), ${known.exceptions} exceptions`,
  }),
  userRow('user-unseen', {
    severity: 'amber',
    seen: (user, evidence) =>
      user.known === undefined && spelled(user, evidence) !== undefined
        ? 'policy and messages are not known: no daemon was asked'
        : undefined,
    expected: () => 'a running daemon: xmpp-receipts run',
  }),
  userRow('user-refuses', {
    severity: 'amber',
    seen: ({ known }) =>
      known?.policy === 'refuse'
        ? 'refuses: who writes to this user is told no more than that the server has it'
        : undefined,
    expected: ({ written }) =>
      `another policy, if this person wants it: xmpp-receipts policy set ${written} automatic`,
  }),
  userRow('user-messages', { severity: 'green', seen: ({ known }) => known && lastOf(known.sent) }),
  userRow('user-without-messages', {
    severity: 'amber',
    seen: ({ known }) =>
      known?.sent.length === 0 ? 'the module has reported no message of this user' : undefined,
    expected: () =>
      'a client that asks for receipts (XEP-0184), and a message sent since the module was loaded',
  }),
];

function exampleFor(written: string): string {
  const [bare = ''] = written.split('/');
  return ACCOUNT.test(bare) ? bare : 'an address such as alice@example.org';
}

function lastOf([last]: readonly { acceptedAt: string; status: string }[]): string | undefined {
  return last && `the last message of this user, of ${last.acceptedAt}, is ${last.status}`;
}

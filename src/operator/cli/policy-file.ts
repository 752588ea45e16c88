import { isPolicy, POLICIES, type Policy } from '../../message/policy.ts';
import { accountOf } from '../doctor/user-rows.ts';

export interface PolicyLine {
  readonly user: string;
  readonly contact: string | undefined;
  readonly policy: Policy | 'default';
}

export interface PolicyFile {
  readonly lines: readonly PolicyLine[];
  /** A sentence for each line that cannot be read, with the number of the line. */
  readonly problems: readonly string[];
}

/**
 * Lines of `user, contact or -, policy`; empty lines and those that begin with # mean nothing. All
 * are read, so that all that is wrong is said at once.
 */
export function readPolicyFile(text: string, domains: readonly string[]): PolicyFile {
  const read = text.split(/\r?\n/).flatMap((line, index) => {
    const cells = line.split(',').map((cell) => cell.trim());
    return isNothing(line) ? [] : [readLine(cells, { number: index + 1, domains })];
  });
  return {
    lines: read.filter((one) => typeof one !== 'string'),
    problems: read.filter((one) => typeof one === 'string'),
  };
}

function isNothing(line: string): boolean {
  return line.trim() === '' || line.trimStart().startsWith('#');
}

interface Where {
  readonly number: number;
  readonly domains: readonly string[];
}

function readLine(cells: readonly string[], { number, domains }: Where): PolicyLine | string {
  const [user = '', contact = '', policy = ''] = cells;
  if (cells.length !== 3) return `line ${number}: expected user, contact or -, policy`;
  if (accountOf({ written: user }, domains) === undefined)
    return `line ${number}: "${user}" is not a user of ${domains.join(', ')}`;
  if (!isAddress(contact)) return `line ${number}: "${contact}" is not an address, a domain or -`;
  if (!isPolicy(policy) && policy !== 'default')
    return `line ${number}: "${policy}" is none of ${POLICIES.join(', ')}, default`;
  return { user, contact: contact === '-' ? undefined : contact, policy };
}

function isAddress(text: string): boolean {
  return /^[^\s/]{1,3071}$/.test(text);
}

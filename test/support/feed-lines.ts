import { type Accepted, type Fact, type Failed, isUnseen } from '../../src/message/fact.ts';
import type { MessageKey } from '../../src/message/key.ts';

// docs/protocol.md §2.2, the module's side of it.

export function messageLine({ id, sender, recipient }: MessageKey, facts: readonly Fact[]): string {
  const [room = '', ...nick] = recipient.split('/');
  const key = [id, sender, room].map(escaped);
  const occupant = nick.length === 0 ? [] : [`occupant 0 nick=${escaped(nick.join('/'))}`];
  return ['message', ...key, ...occupant, ...facts.map(factField)].join('\t');
}

/** "the bytes 00–20, 7F and `%` are written as `%` and two upper-case hexadecimal digits" */
export function escaped(text: string): string {
  return [...text].map((char) => (/[\0- \x7f%]/.test(char) ? percent(char) : char)).join('');
}

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function factField(fact: Fact): string {
  const time = fact.time === undefined ? undefined : String(fact.time);
  const details = Object.entries({ time, ...detailsOf(fact) }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escaped(value)}`],
  );
  const head = isUnseen(fact)
    ? ['unseen', String(fact.at), `of=${fact.kind}`]
    : [fact.kind, String(fact.at)];
  return [...head, ...details].join(' ');
}

function detailsOf(fact: Fact): Readonly<Record<string, string | undefined>> {
  switch (fact.kind) {
    case 'accepted':
      return acceptedDetails(fact);
    case 'stored':
    case 'gone':
      return { where: fact.where };
    case 'kept':
      return { resource: fact.resource, where: fact.where };
    case 'failed':
      return failedDetails(fact);
    case 'sent':
    case 'acked':
    case 'lost':
      return {
        resource: fact.resource,
        sm: fact.unacknowledged && 'no',
        archived: fact.archived && 'yes',
      };
    case 'received':
    case 'displayed':
      return { withheld: fact.withheld && 'yes' };
    default:
      return {};
  }
}

function acceptedDetails({ maySee, originId, markable, report, ...rest }: Accepted) {
  const { type, policy, token, within, until } = rest;
  return {
    type,
    'may-see': maySee === undefined ? undefined : maySee ? 'yes' : 'no',
    policy,
    token,
    'origin-id': originId,
    markable: markable && 'yes',
    report: report?.join(','),
    within: within === undefined ? undefined : String(within),
    until,
  };
}

function failedDetails({ condition, type, handed }: Failed) {
  return { condition, type, handed: handed && 'yes' };
}

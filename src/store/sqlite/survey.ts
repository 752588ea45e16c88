import type { BareJid } from '../../message/jid.ts';
import type { MessageKey } from '../../message/key.ts';
import type { Millis, Stamp } from '../../message/time.ts';
import type { KeptPage, Place } from '../record-store.ts';
import { deadlineFrom, isWatched } from '../spared.ts';
import type { SurveyPort } from '../survey-port.ts';
import type { CountedPage, UnsettledReceipt } from '../survey-store.ts';
import type { Database, Statement } from './database.ts';
import { prepareAll } from './statements.ts';

const WAITING = `
  o.sender, o.recipient, o.id, o.status, max(o.due, o.lease) AS next,
  o.parcel IS NOT NULL AS isSent, o.tries, o.more`;

const STATEMENTS = {
  // An id that came again is as old as its newest sending.
  selectOlder: `
    SELECT born, rowid AS row, coalesce(position, 0) < $before * 1000
      AND NOT ${isWatched('messages', ['sender', 'recipient', 'id'], deadlineFrom('$before'))} AS isGoing
    FROM messages
    WHERE born < $before AND (born, rowid) > ($firstSeen, $row) ORDER BY born, rowid LIMIT $limit`,
  selectSent: `
    SELECT sender, recipient, id FROM messages
    WHERE sender = $account AND (recipient, id) > ($recipient, $id) AND position IS NOT NULL
    ORDER BY recipient, id LIMIT $limit`,
  selectGot: `
    SELECT sender, recipient, id, position, rowid AS row FROM messages INDEXED BY messages_of_recipient
    WHERE recipient = $account AND (sender, position, rowid) > ($sender, $position, $row)
      AND position IS NOT NULL AND sender <> $account
    ORDER BY sender, position, rowid LIMIT $limit`,
  selectWaiting: `
    SELECT ${WAITING} FROM senders_due s CROSS JOIN outbox o ON o.sender = s.sender AND o.due IS NOT NULL
    ORDER BY s.sender, o.due, o.number LIMIT $limit`,
  selectWaitingFor: `
    SELECT ${WAITING} FROM outbox o WHERE o.sender = $sender AND o.due IS NOT NULL
    ORDER BY o.due, o.number LIMIT $limit`,
} as const;

interface OlderRow {
  readonly born: Millis;
  readonly row: number;
  readonly isGoing: 0 | 1;
}

interface GotRow extends MessageKey {
  readonly position: Stamp;
  readonly row: number;
}

interface WaitingRow extends MessageKey, Omit<UnsettledReceipt, 'key' | 'isSent'> {
  readonly isSent: 0 | 1;
}

/** Where a page of a person's messages ended, as the JSON of a place. */
type PersonPlace =
  | readonly ['sent', recipient: string, id: string]
  | readonly ['got', sender: string, position: Stamp, row: number];

const BEFORE_ALL: PersonPlace = ['sent', '', ''];
const AFTER_SENT: PersonPlace = ['got', '', 0, 0];

/** Many messages, as an operator asks about them. */
export class SurveyRows implements SurveyPort {
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database) {
    this.#statements = prepareAll(database, STATEMENTS);
  }

  countBefore(before: Millis, after: Place | undefined, limit: number): CountedPage {
    const [firstSeen = -1, row = 0] = after === undefined ? [] : (JSON.parse(after) as number[]);
    const rows = this.#statements.selectOlder.all({ before, firstSeen, row, limit }) as OlderRow[];
    const last = rows.length < limit ? undefined : rows.at(-1);
    return {
      messages: rows.filter(({ isGoing }) => isGoing === 1).length,
      end: last && JSON.stringify([last.born, last.row]),
    };
  }

  messagesOf(account: BareJid, after: Place | undefined, limit: number): KeptPage {
    const place = after === undefined ? BEFORE_ALL : (JSON.parse(after) as PersonPlace);
    return place[0] === 'sent'
      ? this.#sent(account, place, limit)
      : this.#got(account, place, limit);
  }

  waitingReceipts(sender: BareJid | undefined, limit: number): readonly UnsettledReceipt[] {
    const { selectWaiting, selectWaitingFor } = this.#statements;
    const rows =
      sender === undefined ? selectWaiting.all({ limit }) : selectWaitingFor.all({ sender, limit });
    return (rows as WaitingRow[]).map(({ sender, recipient, id, isSent, ...rest }) => {
      return { key: { sender, recipient, id }, isSent: isSent === 1, ...rest };
    });
  }

  #sent(account: BareJid, [, recipient, id]: PersonPlace, limit: number): KeptPage {
    const keys = this.#statements.selectSent.all({ account, recipient, id, limit }) as MessageKey[];
    const last = keys.length < limit ? undefined : keys.at(-1);
    const end: PersonPlace = last === undefined ? AFTER_SENT : ['sent', last.recipient, last.id];
    return { keys, end: JSON.stringify(end) };
  }

  #got(account: BareJid, [, sender, position, row]: PersonPlace, limit: number): KeptPage {
    const rows = this.#statements.selectGot.all({ account, sender, position, row, limit });
    const got = rows as GotRow[];
    const last = got.length < limit ? undefined : got.at(-1);
    return {
      keys: got.map((it) => ({ sender: it.sender, recipient: it.recipient, id: it.id })),
      end: last && JSON.stringify(['got', last.sender, last.position, last.row]),
    };
  }
}

import type { Fact } from '../../message/fact.ts';
import type { MessageKey } from '../../message/key.ts';
import { livesOf, newestLife } from '../../message/life.ts';
import { addFacts, GENERATION_GAP } from '../../message/record.ts';
import type { Spelling } from '../../protocol/spelling/spelling.ts';
import type { Told, Tracked } from '../../receipt/tracked.ts';
import type { StoredMessage } from '../message-port.ts';
import type { Database } from './database.ts';
import { MessageRows, type NumberedMessage } from './messages.ts';
import { ReceiptRows } from './receipts.ts';

const SELECT = `
  SELECT sender, recipient, id FROM messages
  WHERE spelled(sender) <> sender OR spelled(recipient) <> recipient`;

/** A damaged record keeps its place, if nothing else has it. */
const MOVE_AS_IT_IS = `
  UPDATE OR IGNORE messages SET sender = spelled(sender), recipient = spelled(recipient)
  WHERE sender = $sender AND recipient = $recipient AND id = $id`;

const MESSAGE_AT = "json_extract(CASE WHEN json_valid(receipt) THEN receipt END, '$.messageAt')";
const IS_OF_MESSAGE = 'sender = $sender AND recipient = $recipient AND id = $id';

const GIVE_RECEIPTS = 'UPDATE outbox SET message = $to WHERE message = $from';

/** Receipts that say again what another one of the same message says, which has come further. */
const REMOVE_REPEATED = `
  DELETE FROM outbox WHERE message = $message AND due IS NOT NULL AND more = 0 AND number IN (
    WITH its AS (
      SELECT number, status, audience, ${MESSAGE_AT} AS at,
        CASE WHEN due IS NULL THEN 0 WHEN parcel IS NOT NULL THEN 1 ELSE 2 END AS place
      FROM outbox WHERE message = $message)
    SELECT again.number FROM its again JOIN its first ON first.status = again.status
      AND first.audience IS again.audience
      AND abs(first.at - again.at) <= ${GENERATION_GAP}
      AND (first.place, first.number) < (again.place, again.number))`;

const REMOVE_REPEATED_TICKS = `
  DELETE FROM ticks WHERE ${IS_OF_MESSAGE}
    AND number > (SELECT min(number) FROM ticks WHERE ${IS_OF_MESSAGE})`;

/** Messages get the key that their addresses make in their one spelling. */
export function respellMessages(database: Database, spell: Spelling): void {
  const mover = new Mover(database, spell);
  for (const key of database.prepare(SELECT).all() as MessageKey[]) mover.move(key);
}

class Mover {
  readonly #spell: Spelling;
  readonly #messages: MessageRows;
  readonly #receipts: ReceiptRows;
  readonly #run: (sql: string, values: object) => void;

  constructor(database: Database, spell: Spelling) {
    this.#spell = spell;
    this.#messages = new MessageRows(database);
    this.#receipts = new ReceiptRows(database);
    this.#run = (sql, values) => database.prepare(sql).run(values);
  }

  move(old: MessageKey): void {
    const message = this.#read(old);
    if (message === undefined) this.#run(MOVE_AS_IT_IS, old);
    else this.#put(message.number, respelled(message, this.#keyOf(old)));
    this.#messages.remove(old);
  }

  /** Receipts name their message by the number of its row: they go where it goes. */
  #put(from: number, message: StoredMessage): void {
    const { key } = message.tracked;
    const other = this.#read(key);
    if (other !== undefined) this.#run(GIVE_RECEIPTS, { from: other.number, to: from });
    this.#messages.remove(key);
    const whole = other === undefined ? message : this.#merged(from, other, message);
    const to = this.#messages.put({ ...whole, isNew: true });
    this.#run(GIVE_RECEIPTS, { from, to });
  }

  /** What has not left yet is judged anew, as the other may have more to say. */
  #merged(number: number, one: StoredMessage, other: StoredMessage): StoredMessage {
    const message = mergedMessage(one, other);
    const { key } = message.tracked;
    const since = message.position ?? 0;
    this.#run(REMOVE_REPEATED, { message: number });
    this.#run(REMOVE_REPEATED_TICKS, key);
    const unsent = this.#receipts.unsent(number).filter(({ at }) => at >= since);
    for (const receipt of unsent) this.#receipts.withdraw(receipt);
    return unsent.length === 0 ? message : judgedAnew(message, unsent);
  }

  #keyOf({ sender, recipient, id }: MessageKey): MessageKey {
    return { sender: this.#spell(sender), recipient: this.#spell(recipient), id };
  }

  /** `undefined`: there is none, or it is damaged. */
  #read(key: MessageKey): NumberedMessage | undefined {
    try {
      return this.#messages.get(key);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }
}

/** Tokens are made of the sender as the server wrote it. */
function respelled(message: StoredMessage, key: MessageKey): StoredMessage {
  const { tracked } = message;
  const { sender } = tracked.key;
  if (sender === key.sender) return { ...message, tracked: { ...tracked, key } };
  const facts = tracked.record.facts.map((fact) => withWrittenSender(fact, sender));
  return { ...message, tracked: { ...tracked, key, record: { facts } } };
}

function withWrittenSender(fact: Fact, sender: string): Fact {
  if (fact.kind !== 'accepted' || fact.token === undefined) return fact;
  return { writtenSender: sender, ...fact };
}

function mergedMessage(one: StoredMessage, other: StoredMessage): StoredMessage {
  const tracked = mergedTracked(one.tracked, other.tracked);
  return {
    tracked,
    position: newestLife(tracked.record)?.startedAt,
    wake: least(one.wake, other.wake),
    firstSeen: Math.min(one.firstSeen, other.firstSeen),
  };
}

function mergedTracked(one: Tracked, other: Tracked): Tracked {
  const record = addFacts(one.record, other.record.facts);
  return {
    key: one.key,
    record,
    told: toldOnce([...one.told, ...other.told], record),
    ticked: most(one.ticked, other.ticked),
    asked: most(one.asked, other.asked),
  };
}

/** Each status once for each message that used the key. */
function toldOnce(told: readonly Told[], record: Tracked['record']): readonly Told[] {
  const starts = livesOf(record).map(({ startedAt }) => startedAt);
  const nameOf = ({ status, audience, at }: Told) =>
    `${status} ${audience} ${starts.findLast((start) => start <= at)}`;
  const once = new Map(told.map((it) => [nameOf(it), it]));
  return [...once.values()].sort((a, b) => a.at - b.at);
}

function judgedAnew(message: StoredMessage, taken: readonly Told[]): StoredMessage {
  const since = message.position ?? 0;
  const isTaken = ({ status, audience, at }: Told) =>
    at >= since &&
    taken.some((receipt) => receipt.status === status && receipt.audience === audience);
  const told = message.tracked.told.filter((it) => !isTaken(it));
  return { ...message, tracked: { ...message.tracked, told }, wake: message.firstSeen };
}

function least(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : Math.min(one, other ?? one);
}

function most(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined ? other : Math.max(one, other ?? one);
}

import type { BareJid } from '../../../src/message/jid.ts';
import { keyText, type MessageKey } from '../../../src/message/key.ts';
import type { Stamp } from '../../../src/message/time.ts';
import type { Pruned, UpkeepPort } from '../../../src/store/adapter.ts';
import type { Pair, StoredMessage } from '../../../src/store/message-port.ts';
import type { PruneLimits } from '../../../src/store/store.ts';
import type { Tables } from './database.ts';

const CHUNK = 1000;
const DAY = 86_400_000;

export function upkeepIn(tables: Tables): UpkeepPort {
  return {
    forget: (account, at) => forget(tables, account, at),
    prune: (limits) => prune(tables, limits),
    backlog: () => ({
      receipts: tables.receipts.rows().filter(({ due }) => due !== undefined).length,
      ticks: tables.ticks.rows().length,
      questions: tables.questions.rows().length,
    }),
  };
}

function forget(tables: Tables, account: BareJid, at: Stamp): void {
  const isOf = ({ sender, recipient }: Pair) => sender === account || recipient === account;
  const known = tables.forgotten.get(account)?.at ?? 0;
  tables.forgotten.set(account, { account, at: Math.max(at, known) });
  tables.messages.remove((row) => isOf(row.tracked.key) && seenAt(row) <= at);
  tables.receipts.remove(({ receipt }) => isOf(receipt.key) && receipt.messageAt <= at);
  tables.aliases.remove(
    ({ alias, id }) =>
      isOf(alias) && tables.messages.get(keyText({ ...alias, id })) === undefined,
  );
  tables.marks.remove((mark) => isOf(mark) && mark.readUpTo.position <= at);
  tables.numbers.remove((row) => row.recipient === account && row.at <= at / 1000);
  tables.ticks.remove(({ tick, due }) => isOf(tick.key) && due <= at / 1000);
  tables.asked.remove(({ key, position }) => isOf(key) && position <= at);
  const asked = tables.asked.rows();
  tables.questions.remove(
    ({ sender, recipient, number }) =>
      isOf({ sender, recipient }) &&
      !asked.some((row) => row.key.recipient === recipient && row.number === number),
  );
}

/** Where it stands or, if it is not known to be accepted, its first fact. */
function seenAt({ position, tracked }: StoredMessage): Stamp {
  return position ?? tracked.record.facts[0]?.at ?? 0;
}

function prune(tables: Tables, limits: PruneLimits): Pruned {
  const { now, before, questionsBefore } = limits;
  const messages = removeMessages(tables, limits);
  const unasked = tables.asked.rows().filter(({ born }) => born < questionsBefore);
  const removed = [
    tables.receipts.remove(({ taken = Infinity }) => taken < now - DAY),
    tables.aliases.remove(({ usedAt }) => usedAt < before),
    tables.marks.remove(({ readUpTo }) => readUpTo.at < before * 1000),
    tables.forgotten.remove(({ at }) => at < before * 1000),
    tables.ticks.remove(({ due }) => due < before),
    tables.numbers.remove(({ at }) => at < questionsBefore),
  ];
  return {
    rows: messages.length + unasked.length + removed.flat().length,
    unasked: [...messages, ...unasked.map(({ key }) => key)],
  };
}

function removeMessages(tables: Tables, limits: PruneLimits): readonly MessageKey[] {
  const { before, unacceptedBefore, maxUnaccepted } = limits;
  // An id that came again keeps its row: it is as old as its newest message.
  const ages = tables.messages.rows().map((message) => {
    const { position, born, tracked } = message;
    return { key: tracked.key, position, born: Math.max(born, (position ?? 0) / 1000) };
  });
  const unaccepted = ages
    .filter(({ position }) => position === undefined)
    .toSorted((a, b) => b.born - a.born);
  const going = [
    ...ages.filter(({ born }) => born < before),
    ...unaccepted.filter(({ born }) => born < unacceptedBefore),
    ...unaccepted.slice(maxUnaccepted),
  ];
  const keys = going.slice(0, CHUNK).map(({ key }) => key);
  return keys.filter((key) => tables.messages.delete(keyText(key)));
}

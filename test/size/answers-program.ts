import { pino } from 'pino';
import { Ledger } from '../../src/facts/ledger.ts';
import { ServerClocks } from '../../src/facts/server-clocks.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { spellingFor } from '../../src/protocol/spelling/spelling.ts';
import { openDatabase } from '../../src/store/sqlite/database.ts';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { Counters } from '../../src/telemetry/counters.ts';
import { Happenings } from '../../src/telemetry/happenings.ts';
import type { Command } from '../../src/user/commands/command.ts';
import { type PerformParts, perform } from '../../src/user/commands/perform.ts';
import { RULES } from '../support/facts.ts';
import type { AnswerWorkName } from './answer-work-names.ts';
import { type Held, pingDuring } from './ping.ts';

// A recipient answers questions about very many messages, in a process of its own. Says how long that held the event loop.
const DAY = 86_400_000;
const path = process.argv[2] ?? '';
const now = Date.now();
const SENDER = 'alice@example.org' as BareJid;

/** One question about so many messages, for the user `bob-<name>`. */
function fill(name: string, messages: number): BareJid {
  const recipient = `bob-${name}@example.org` as BareJid;
  const database = openDatabase(path);
  const at = (now - DAY) * 1000;
  const record = `'{"facts":[{"kind":"accepted","at":' || (${at} + n) || ',"side":"both","type":"chat","maySee":true,"policy":"manual","token":"kX2cWmZb0bqk"},{"kind":"sent","at":' || (${at} + n) || ',"side":"both","resource":"phone"},{"kind":"acked","at":' || (${at} + n) || ',"side":"both","resource":"phone"}],"asked":' || (${at} + n) || '}'`;
  const count = `WITH RECURSIVE counted (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < ${messages - 1})`;
  for (const statement of [
    `${count} INSERT INTO messages (sender, recipient, id, record, position, wake, born)
     SELECT '${SENDER}', '${recipient}', 'm' || n, ${record}, ${at} + n, NULL, ${now - DAY} FROM counted`,
    `INSERT INTO questions (recipient, number, sender, opened, due) VALUES ('${recipient}', 1, '${SENDER}', ${now - DAY}, ${now - 1000})`,
    `${count} INSERT INTO asked_messages (recipient, sender, id, number, position, born)
     SELECT '${recipient}', '${SENDER}', 'm' || n, 1, ${at} + n, ${now - DAY} FROM counted`,
    `INSERT INTO question_numbers (recipient, number, at) VALUES ('${recipient}', 1, ${now})`,
  ])
    database.exec(statement);
  database.close();
  return recipient;
}

const few = fill('few', 10_000);
const many = fill('many', 40_000);
const changer = fill('changer', 40_000);
const undone = fill('undone', 40_000);
const shown = fill('shown', 40_000);

const store = openSqliteStore(path);
const counters = new Counters();
const rules = { ...RULES, policy: { ...RULES.policy, default: 'manual' as const } };
const ledger = new Ledger({
  records: store.records,
  rules,
  heard: rules.domains,
  completeness: {
    clocks: new ServerClocks(Date.now),
    completeUpTo: () => Date.now() * 1000,
    furthestUpTo: () => Date.now() * 1000,
    mayHaveSeveralNodes: () => false,
  },
  elsewhere: { timeOf: () => ({ completeUpTo: 0 }) },
  gaps: { withoutDoubtful: (news) => news },
  now: Date.now,
  wordsDelay: 0,
  questionDelay: 0,
  wakes: { receipts: () => {}, ticks: () => {} },
  counters,
  happenings: new Happenings(),
  log: pino({ level: 'silent' }),
});
const parts: PerformParts = {
  defaults: { language: 'en' },
  zones: { of: () => undefined },
  inForce: async () => 'in-force',
  onAnswered: () => {},
  admins: [],
  store,
  ledger,
  rules,
  told: rules,
  remindersPerHour: 6,
  counters,
  spell: spellingFor([]),
  now: Date.now,
};

const ask = () =>
  store.asking.claim({
    now: Date.now(),
    leaseUntil: now + DAY,
    dueUntil: Date.now(),
    maxRecipients: 50,
    except: [shown],
  });
const say = (user: BareJid, command: Command) => perform(user, command, parts);
const YES: Command = { kind: 'answer', answer: 'yes', which: 'all' };

const WORK: Readonly<Record<AnswerWorkName, () => Promise<unknown>>> = {
  'the question is put': ask,
  'a question that did not arrive is taken back': () => store.asking.unask(undone, [1], now + DAY),
  'the questions are listed': () => say(shown, { kind: 'questions' }),
  'all of 10,000 messages are answered': () => say(few, YES),
  'all of 40,000 messages are answered': () => say(many, YES),
  'another policy closes a question about 40,000 messages': () =>
    say(changer, { kind: 'set-policy', policy: 'refuse' }),
};

const held: Record<string, Held> = {};
for (const [name, work] of Object.entries(WORK)) held[name] = await pingDuring(work);
const answered = counters.all()['questions answered'] ?? 0;
const waiting = await store.upkeep.backlog();
await store.close();
process.stdout.write(JSON.stringify({ held, answered, waiting }));

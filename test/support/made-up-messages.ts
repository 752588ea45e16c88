import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Proof, Status } from '../../src/message/status.ts';
import type { NewMessage } from '../../src/operator/newest.ts';
import type { Operator } from '../../src/operator/operator.ts';
import type { Timeline } from '../../src/operator/timeline.ts';
import { type ModuleHello, readHello } from '../../src/protocol/hello.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { element } from '../../src/protocol/xml.ts';
import { metState, missedState } from '../../src/servers/server-states.ts';
import { VERSION } from '../../src/telemetry/version.ts';
import { accepted, fact, MINUTE, SECOND, T0 } from './facts.ts';
import { operatorWith, STATUS } from './operator.ts';

const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin'];
const STATUSES: readonly Status[] = [
  ...['displayed', 'stored', 'delivered', 'displayed', 'failed', 'delivered', 'sent'],
  ...['displayed', 'lost', 'delivered', 'confirmed', 'accepted', 'declined'],
] as Status[];

const personAt = (place: number) => `${PEOPLE[place % PEOPLE.length] ?? ''}@example.org` as BareJid;

export function madeUpMessages(many: number, now = T0 / 1000): readonly NewMessage[] {
  return Array.from({ length: many }, (_, at) => {
    const status = STATUSES[at % STATUSES.length] ?? 'accepted';
    const id = `${(at * 7_919 + 104_729).toString(16)}-${(at * 31 + 4_096).toString(16)}`;
    return {
      key: { sender: personAt(at), recipient: personAt(at + 1 + (at % 3)), id },
      startedAt: now * 1000 - at * 17 * SECOND,
      status,
      senderKnows: status === 'displayed' ? 'delivered' : status,
      condition: status === 'failed' ? 'service-unavailable' : undefined,
      receipts: [{ made: now, lag: 150 + 60 * Math.sin(now / 3_000) + (at % 5) * 20 }],
    };
  });
}

export const MADE_UP_KEY = { sender: personAt(0), recipient: personAt(1), id: '19919-1000' };

const ACCEPTED = accepted(0);
const STORED = fact('stored', SECOND, { side: 'recipient' });
const DISPLAYED = fact('displayed', 95 * SECOND, { side: 'recipient' });

export const MADE_UP_TIMELINE: Timeline = {
  key: MADE_UP_KEY,
  startedAt: T0,
  status: 'displayed',
  senderKnows: 'delivered',
  events: [
    { fact: ACCEPTED, proves: 'accepted' },
    { fact: STORED, proves: 'stored' },
    { fact: fact('sent', 61 * SECOND, { resource: 'phone' }), proves: 'sent' },
    { fact: fact('acked', 62 * SECOND, { resource: 'phone' }), proves: 'delivered' },
    { fact: DISPLAYED, proves: 'displayed' },
  ],
  tellings: [
    telling('stored', STORED, { kind: 'told', made: T0 / 1000 + 1_180 }),
    telling('sent', fact('sent', 61 * SECOND), { kind: 'overtaken' }),
    telling('delivered', fact('acked', 62 * SECOND), { kind: 'told', made: T0 / 1000 + 62_240 }),
    telling('displayed', DISPLAYED, { kind: 'withheld', because: 'recipient-decides' }),
  ],
  next: {
    tick: { kind: 'none', because: 'ticked' },
    question: { kind: 'none', because: 'not-manual' },
  },
};

function telling(
  status: Status,
  it: Fact,
  told: Timeline['tellings'][number]['telling'],
): Timeline['tellings'][number] {
  const proof: Proof = { status, evidence: 'server', at: it.at, fact: it };
  return { proof, telling: told, words: { kind: 'held', because: 'words-off' } };
}

/** An operator with much to see, whose counters rise by the clock. */
export function busyOperator(): Operator {
  const counts = () => {
    const seconds = performance.now() / 1000;
    const wave = Math.sin(seconds / 2) + Math.sin(seconds / 5);
    return {
      items: Math.round(seconds * 190 + wave * 120),
      'receipts sent': Math.round(seconds * 75 + wave * 40),
      'receipts held: not-asked-for': 412,
      'statuses withheld: recipient-decides': 137,
      'receipts held: client-answered': 96,
    };
  };
  return operatorWith({
    counts,
    status: async () => ({ ...STATUS, upMs: 90 * 60_000, servers: SERVERS, counts: counts() }),
    newestMessages: async (about, limit) =>
      madeUpMessages(200, Date.now())
        .filter(({ key }) => about === undefined || Object.values(key).includes(about))
        .slice(0, limit),
    lastMessages: async () => [],
    timeline: async ({ id }) => (id === 'unknown' ? undefined : MADE_UP_TIMELINE),
    waitingQuestions: async (limit) =>
      [1, 2, 3].slice(0, limit).map((number) => ({
        recipient: personAt(number),
        number,
        sender: personAt(number + 1),
        opened: (T0 + number * MINUTE) / 1000,
      })),
  });
}

const HELLO = element('hello', {
  xmlns: NS.feed,
  version: '1',
  module: VERSION,
  server: 'Prosody',
  'server-version': '13.0.2',
  stores: 'offline archive',
  acks: 'yes',
  spool: '41943040',
  'spool-limit': '67108864',
});

const SERVERS: typeof STATUS.servers = [
  metState('example.org', readHello(element('iq', {}, HELLO)) as ModuleHello),
  missedState('example.net', {
    reason: 'no-module',
    line: 'example.net does not answer as mod_receipts (service-unavailable): nothing can be told about its users.',
  }),
];

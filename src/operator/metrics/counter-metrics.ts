import type { CounterName } from '../../telemetry/counters.ts';

/** What a counter is of, without its reason. */
export type Subject = CounterName extends infer Name
  ? Name extends `${infer Start}: ${string}`
    ? Start
    : Name
  : never;

/** Where a counter is found: the noun of its metric, and what tells it from the others there. */
export interface Place {
  readonly noun: Noun;
  readonly kind?: string;
  readonly outcome?: string;
}

/** The metrics that counters are in, and their help. */
export const NOUNS = {
  decisions: 'Why nobody was told, ticked or asked.',
  items: 'Items of the feed, by what became of them.',
  facts_ignored: 'Facts inside items that were left out, by reason.',
  batches_refused: 'Batches of facts that were not taken, by reason.',
  server_restarts: 'How often a server has started anew.',
  receipts: 'Receipts, by what became of them.',
  ticks: 'Ticks on behalf of recipients, by what became of them.',
  questions: 'Questions to recipients, by what became of them.',
  watches: 'Messages that senders watch, by what became of them.',
  reminders: 'Reminders of recipients, by what became of them.',
  commands: 'Commands of users, by what became of them.',
  stanzas_refused: 'Stanzas that were refused or ignored, by kind and reason.',
  http_requests_refused: 'Requests by HTTP that were refused, by status.',
  failures: 'Failures of ours; the log has the error.',
} as const;

export type Noun = keyof typeof NOUNS;

/** Every counter has its place here: the compiler names one that has none. */
export const PLACES: Readonly<Record<Subject, Place>> = {
  'words sent': { noun: 'receipts', outcome: 'told in words' },
  'words dropped': { noun: 'receipts', outcome: 'words not wanted' },
  'receipts held': { noun: 'decisions', kind: 'receipt held' },
  'words held': { noun: 'decisions', kind: 'words held' },
  'statuses withheld': { noun: 'decisions', kind: 'status withheld' },
  'ticks not ordered': { noun: 'decisions', kind: 'tick not ordered' },
  'recipients not asked': { noun: 'decisions', kind: 'recipient not asked' },
  'questions not asked': { noun: 'decisions', kind: 'question not asked' },
  items: { noun: 'items', outcome: 'taken' },
  'bad items': { noun: 'items', outcome: 'bad' },
  'items ignored': { noun: 'items', outcome: 'ignored' },
  'facts ignored': { noun: 'facts_ignored' },
  'items lost in gaps': { noun: 'items', outcome: 'lost' },
  'batches refused': { noun: 'batches_refused' },
  'server restarts': { noun: 'server_restarts' },
  'receipts sent': { noun: 'receipts', outcome: 'sent' },
  'receipts told as a number only': { noun: 'receipts', outcome: 'number only' },
  'receipts refused': { noun: 'receipts', outcome: 'refused' },
  'receipts given up': { noun: 'receipts', outcome: 'given up' },
  'receipts not sent': { noun: 'failures', kind: 'receipt not sent' },
  'ticks delivered': { noun: 'ticks', outcome: 'delivered' },
  'ticks forbidden': { noun: 'ticks', outcome: 'forbidden' },
  'ticks refused': { noun: 'failures', kind: 'tick order' },
  'ticks given up': { noun: 'ticks', outcome: 'given up' },
  'recipients asked': { noun: 'questions', outcome: 'asked' },
  'questions answered': { noun: 'questions', outcome: 'answered' },
  'questions refused': { noun: 'questions', outcome: 'refused' },
  'questions not sent': { noun: 'failures', kind: 'question not sent' },
  'watches begun': { noun: 'watches', outcome: 'begun' },
  'watches not begun': { noun: 'watches', outcome: 'not begun' },
  'watches ended': { noun: 'watches', outcome: 'ended' },
  'notices sent': { noun: 'watches', outcome: 'told' },
  'notices refused': { noun: 'watches', outcome: 'refused' },
  'reminders ordered': { noun: 'reminders', outcome: 'ordered' },
  'reminders not ordered': { noun: 'reminders', outcome: 'not ordered' },
  'reminders sent': { noun: 'reminders', outcome: 'sent' },
  'reminders not sent': { noun: 'reminders', outcome: 'not sent' },
  'notices not sent': { noun: 'failures', kind: 'notice not sent' },
  commands: { noun: 'commands', outcome: 'taken' },
  'commands refused': { noun: 'commands', outcome: 'refused' },
  'commands failed': { noun: 'failures', kind: 'command' },
  'requests refused': { noun: 'stanzas_refused', kind: 'request' },
  'requests failed': { noun: 'failures', kind: 'request' },
  'messages failed': { noun: 'failures', kind: 'message' },
  'replies not sent': { noun: 'failures', kind: 'reply not sent' },
  'messages to the bot not read': { noun: 'stanzas_refused', kind: 'message not read' },
  'stanzas from strangers refused': { noun: 'stanzas_refused', kind: 'stranger' },
  'queries refused': { noun: 'stanzas_refused', kind: 'query' },
  'disco refused': { noun: 'stanzas_refused', kind: 'disco' },
  'presence ignored': { noun: 'stanzas_refused', kind: 'presence' },
  'policies refused': { noun: 'failures', kind: 'policy' },
  'policies not sent': { noun: 'failures', kind: 'policy not sent' },
  'http requests refused': { noun: 'http_requests_refused' },
  'stanzas ignored': { noun: 'stanzas_refused', kind: 'ignored' },
};

/** The place of a counter by its name, and its reason. */
export function placeOf(name: string): Place & { readonly reason?: string } {
  const [subject = '', reason] = name.split(': ', 2);
  const place = PLACES[subject as Subject];
  return reason === undefined ? place : { ...place, reason };
}

const WITHOUT_REASON: readonly Noun[] = [
  'items',
  'server_restarts',
  'receipts',
  'ticks',
  'questions',
  'watches',
  'reminders',
  'failures',
];

/** Told from the start on, so that Prometheus sees the first one too. */
export const FROM_ZERO: readonly Place[] = Object.values(PLACES).filter(({ noun }) =>
  WITHOUT_REASON.includes(noun),
);

/** What a column holds: text, a whole number, a time in ms with parts, a small number, yes or no. */
export type ColumnType = 'text' | 'whole' | 'time' | 'count' | 'flag';

/** Rows of one table, as they are carried from one store into another. */
export interface CopiedKind {
  readonly table: string;
  readonly inWords: string;
  /** What orders the rows. Numbered rows get new numbers in the other store, in the same order. */
  readonly key: readonly string[] | 'numbered';
  /** Whose shard a row is in, where there are shards. */
  readonly owner?: 'sender' | 'recipient';
  readonly columns: Readonly<Record<string, ColumnType>>;
}

const PAIR = { sender: 'text', recipient: 'text' } as const;
const MESSAGE = { ...PAIR, id: 'text' } as const;

/** Everything that a store holds, in the order in which it is copied. */
export const COPIED: readonly CopiedKind[] = [
  {
    table: 'messages',
    inWords: 'messages',
    key: ['sender', 'recipient', 'id'],
    owner: 'sender',
    columns: { ...MESSAGE, record: 'text', position: 'whole', wake: 'time', born: 'time' },
  },
  {
    table: 'aliases',
    inWords: 'other ids of messages',
    key: ['sender', 'recipient', 'alias'],
    owner: 'sender',
    columns: { ...MESSAGE, alias: 'text', born: 'time' },
  },
  {
    table: 'read_up_to',
    inWords: 'marks',
    key: ['sender', 'recipient'],
    owner: 'sender',
    columns: { ...PAIR, position: 'whole', at: 'whole', time: 'whole' },
  },
  {
    table: 'mentions',
    inWords: 'what was mentioned of contacts',
    key: ['sender', 'recipient'],
    owner: 'sender',
    columns: {
      ...PAIR,
      sent: 'whole',
      stored: 'whole',
      failed: 'whole',
      lost: 'whole',
      expired: 'whole',
      at: 'whole',
    },
  },
  {
    table: 'outbox',
    inWords: 'receipts',
    key: 'numbered',
    owner: 'sender',
    columns: {
      ...MESSAGE,
      status: 'text',
      audience: 'text',
      receipt: 'text',
      more: 'count',
      due: 'time',
      lease: 'time',
      parcel: 'text',
      tries: 'count',
      taken: 'time',
    },
  },
  {
    table: 'senders_due',
    inWords: 'senders who wait',
    key: ['sender'],
    owner: 'sender',
    columns: { sender: 'text', due: 'time' },
  },
  {
    table: 'ticks',
    inWords: 'ticks',
    key: 'numbered',
    owner: 'sender',
    columns: {
      ...MESSAGE,
      domain: 'text',
      tick: 'text',
      due: 'time',
      lease: 'time',
      tries: 'count',
    },
  },
  {
    table: 'questions',
    inWords: 'questions',
    key: ['recipient', 'number'],
    owner: 'recipient',
    columns: { ...PAIR, number: 'count', opened: 'time', due: 'time', lease: 'time' },
  },
  {
    table: 'asked_messages',
    inWords: 'messages that are asked about',
    key: ['recipient', 'sender', 'id'],
    owner: 'recipient',
    columns: {
      ...MESSAGE,
      number: 'count',
      position: 'whole',
      time: 'whole',
      shown: 'flag',
      born: 'time',
    },
  },
  {
    table: 'question_numbers',
    inWords: 'numbers of questions',
    key: ['recipient'],
    owner: 'recipient',
    columns: { recipient: 'text', number: 'count', at: 'time' },
  },
  {
    table: 'watches',
    inWords: 'watches',
    key: ['sender', 'recipient', 'id'],
    owner: 'sender',
    columns: {
      ...MESSAGE,
      server: 'text',
      position: 'whole',
      goal: 'text',
      span: 'whole',
      deadline: 'whole',
      state: 'text',
      notice: 'text',
      status: 'text',
      proof: 'text',
      reminder: 'text',
      reminded: 'time',
      lease: 'time',
    },
  },
  {
    table: 'preferences',
    inWords: 'people who chose something',
    key: ['account'],
    columns: {
      account: 'text',
      domain: 'text',
      preferences: 'text',
      number: 'whole',
      changed: 'time',
    },
  },
  {
    table: 'forgotten',
    inWords: 'deleted accounts',
    key: ['account'],
    columns: { account: 'text', at: 'whole' },
  },
  {
    table: 'contacts',
    inWords: 'contacts',
    key: ['account', 'address'],
    columns: { account: 'text', address: 'text', born: 'time' },
  },
  {
    table: 'clock',
    inWords: 'clocks',
    key: ['seen'],
    columns: { seen: 'time', ahead: 'time' },
  },
  {
    table: 'gaps',
    inWords: 'gaps',
    key: ['domain'],
    columns: { domain: 'text', up_to: 'whole' },
  },
  {
    table: 'limits',
    inWords: 'limits',
    key: ['domain'],
    columns: { domain: 'text', bytes: 'whole', at: 'time', version: 'text' },
  },
];

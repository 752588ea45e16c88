/**
 * Who speaks for the recipient: her client, her server (policy automatic), or nobody. Under refuse
 * her client answers, and her server stops the answers.
 */
export type Voice = 'client' | 'server' | 'none' | 'refuse';

export interface Person {
  readonly name: string;
  readonly jid: string;
  readonly voice: Voice;
  readonly resources: readonly string[];
  /** Fetches the archive at each login. */
  readonly readsArchive?: true;
}

/** The second host has an archive. */
export const HOSTS = ['storm.test', 'kept.test'] as const;

const [STORM, KEPT] = HOSTS;

/** She sends all messages, and gets all receipts. */
export const SENDER: Person = {
  name: 'alice',
  jid: `alice@${STORM}`,
  voice: 'none',
  resources: ['pc'],
};

/** They see each other's presence, the sender and each of these. */
export const RECIPIENTS: readonly Person[] = [
  { name: 'bob', jid: `bob@${STORM}`, voice: 'client', resources: ['phone'] },
  { name: 'carol', jid: `carol@${STORM}`, voice: 'client', resources: ['phone'] },
  { name: 'dave', jid: `dave@${STORM}`, voice: 'server', resources: ['phone'] },
  { name: 'erin', jid: `erin@${STORM}`, voice: 'none', resources: ['phone', 'laptop'] },
  {
    name: 'frank',
    jid: `frank@${KEPT}`,
    voice: 'client',
    resources: ['phone'],
    readsArchive: true,
  },
  { name: 'gina', jid: `gina@${STORM}`, voice: 'refuse', resources: ['phone'] },
];

/** An address without an account. */
export const NOBODY: Person = {
  name: 'nobody',
  jid: `nobody@${STORM}`,
  voice: 'none',
  resources: [],
};

export const PEOPLE: readonly Person[] = [SENDER, ...RECIPIENTS];

/** All to whom messages are sent. */
export const ADDRESSEES: readonly Person[] = [...RECIPIENTS, NOBODY];

/** `bob/phone` for each device that there is. */
export const DEVICES: readonly string[] = devicesOf(PEOPLE);

/** Those to which messages go. */
export const RECIPIENTS_DEVICES: readonly string[] = devicesOf(RECIPIENTS);

function devicesOf(people: readonly Person[]): readonly string[] {
  return people.flatMap(({ name, resources }) => resources.map((it) => `${name}/${it}`));
}

/** Whose device it is. */
export function ownerOf(device: string): Person {
  return personOf(device.split('/')[0] ?? '');
}

export function personOf(name: string): Person {
  const found = [...PEOPLE, NOBODY].find((person) => person.name === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

/** Who speaks for the recipient: her client, her server (policy automatic), or nobody. */
export type Voice = 'client' | 'server' | 'none';

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
export const DEVICES: readonly string[] = PEOPLE.flatMap(({ name, resources }) =>
  resources.map((resource) => `${name}/${resource}`),
);

export function personOf(name: string): Person {
  const found = [...PEOPLE, NOBODY].find((person) => person.name === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

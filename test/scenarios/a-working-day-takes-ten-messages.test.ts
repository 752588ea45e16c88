import { beforeEach, expect, test, vi } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import { ALICE } from '../support/facts.ts';
import { COMPONENT, onStage, type Scene } from '../support/scene.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Alice writes to each contact five times, a few messages at a time. Between that nothing happens: it is left out. */
const BOUTS = [0, 10, 20, 30, 40].map((minutes) => minutes * MINUTE);
const IN_A_BOUT = 4;
const BETWEEN = 15 * SECOND;

interface Contact {
  readonly address: string;
  /** What happens to a message, and how long after it was written. */
  readonly fate: (bout: number) => readonly Happened[];
}

type Happened = readonly [after: number, fact: Partial<Fact> & Pick<Fact, 'kind'>];

const YES = `<message type='chat' from='manual@example.org/pc' to='receipts@${COMPONENT}' id='y'><body>yes all</body></message>`;

const TICK = { kind: 'received' } as const;
const SENT = { kind: 'sent', resource: 'phone' } as const;
const STORED = { kind: 'stored', where: 'offline' } as const;

const CONTACTS: readonly Contact[] = [
  {
    address: 'answers@example.org',
    fate: () => [
      [50, SENT],
      [300, TICK],
    ],
  },
  {
    address: 'marks@example.org',
    fate: () => [
      [50, SENT],
      [300, TICK],
      [MINUTE, { kind: 'displayed' }],
    ],
  },
  { address: 'silent@example.org', fate: () => [[50, SENT]] },
  // On holiday.
  { address: 'away@example.org', fate: () => [[50, STORED]] },
  // In a tunnel.
  {
    address: 'tunnel@example.org',
    fate: () => [
      [50, STORED],
      [90 * SECOND, SENT],
      [91 * SECOND, TICK],
    ],
  },
  {
    address: 'elsewhere@example.net',
    fate: () => [
      [50, { kind: 'relayed' }],
      [2 * SECOND, TICK],
    ],
  },
  { address: 'gateway@sms.example.org', fate: () => [[50, { kind: 'relayed' }]] },
  {
    address: 'refuses@example.org',
    fate: () => [
      [50, SENT],
      [100, { ...TICK, withheld: true }],
    ],
  },
  {
    address: 'manual@example.org',
    fate: () => [
      [50, SENT],
      [300, { ...TICK, withheld: true }],
    ],
  },
  // Twice a day it does not work, and once of these the server tells it itself.
  { address: 'fails@example.org', fate: failing },
];

function failing(bout: number): readonly Happened[] {
  const failed = { kind: 'failed', condition: 'remote-server-timeout', type: 'wait' } as const;
  if (bout === 1) return [[50, failed]];
  if (bout === 2) return [[50, { ...failed, handed: true }]];
  return [
    [50, SENT],
    [300, TICK],
  ];
}

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

test('a working day of 200 messages to ten contacts of all kinds takes ten messages of the bot', async () => {
  const scene = await onStage({ settings: { 'receipts.text': 'true' } });
  expect(WRITTEN).toHaveLength(200);
  await liveThrough(scene);
  const said = bodiesIn(scene);
  expect(said.length).toBeLessThanOrEqual(10);
  // Nothing about what went well, or what Alice's own client shows.
  const lines = said.flatMap((body) => body.split('\n'));
  for (const contact of ['answers@', 'marks@', 'tunnel@', 'elsewhere@', 'refuses@'])
    expect(lines.filter((line) => line.includes(contact))).toEqual([]);
  expect(lines.filter((line) => line.includes('silent@'))).toEqual([
    expect.stringMatching(/^Sent: .* I will not mention it again for a day\.$/),
  ]);
  expect(lines.filter((line) => line.includes('away@'))).toEqual([
    'Stored: 4 of your messages to away@example.org (11:00 UTC) still wait, kept for them by their server.',
  ]);
  expect(lines.filter((line) => line.includes('fails@'))).toEqual([
    expect.stringMatching(/^Failed: /),
    expect.stringMatching(/^Failed: /),
    expect.stringMatching(/^Failed: /),
    expect.stringMatching(/^Failed: /),
  ]);
}, 180_000);

interface Written {
  readonly contact: Contact;
  readonly bout: number;
  readonly id: string;
  readonly at: number;
  readonly isLastOfBout: boolean;
}

interface Event {
  readonly at: number;
  readonly does: () => Promise<unknown>;
}

const WRITTEN: readonly Written[] = BOUTS.flatMap((start, bout) =>
  Array.from({ length: IN_A_BOUT }, (_, place) =>
    CONTACTS.map((contact, index) => ({
      contact,
      bout,
      id: `m${bout}-${place}`,
      at: start + place * BETWEEN + index * 500,
      isLastOfBout: place === IN_A_BOUT - 1,
    })),
  ).flat(),
);

async function liveThrough(scene: Scene): Promise<void> {
  const began = Date.now();
  const events = WRITTEN.flatMap((written) => eventsOf(written, scene));
  for (const { at, does } of events.toSorted((a, b) => a.at - b.at)) {
    await scene.pass(Math.max(0, began + at - Date.now()));
    await does();
  }
  await scene.pass(10 * MINUTE);
}

function eventsOf({ contact, bout, id, at, isLastOfBout }: Written, scene: Scene): Event[] {
  const { address, fate } = contact;
  const key = { sender: ALICE, recipient: address as BareJid, id };
  const accepted = { kind: 'accepted', maySee: true, token: 'kX2c', ...policyOf(address) } as const;
  const happened: readonly Happened[] = [[0, accepted], ...fate(bout)];
  const reports = happened.map(([after, fact]) => ({
    at: at + after,
    does: () => scene.report(key, factAt(scene.now, fact)),
  }));
  const answers = isLastOfBout && address.startsWith('manual');
  return answers ? [...reports, { at: at + 3 * MINUTE, does: () => scene.say(YES) }] : reports;
}

function policyOf(address: string): { readonly policy?: 'refuse' | 'manual' } {
  if (address.startsWith('refuses')) return { policy: 'refuse' };
  return address.startsWith('manual') ? { policy: 'manual' } : {};
}

function factAt(at: number, fact: Happened[1]): Fact {
  return { type: 'chat', ...fact, at } as unknown as Fact;
}

function bodiesIn({ messages }: Scene): readonly string[] {
  const toAlice = messages.filter(({ attrs }) => attrs['to'] === ALICE);
  return toAlice.flatMap((message) => message.getChild('body')?.getText() ?? []);
}

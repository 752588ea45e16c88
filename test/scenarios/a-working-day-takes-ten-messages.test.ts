import { beforeEach, expect, test, vi } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { ALICE } from '../support/facts.ts';
import { COMPONENT, onStage, type Scene } from '../support/scene.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Alice writes to contacts five times, a few messages at a time. Between that nothing happens: it is left out. */
const BOUTS = [0, 10, 20, 30, 40].map((minutes) => minutes * MINUTE);
const IN_A_BOUT = 4;
const BETWEEN = 15 * SECOND;
/** In microseconds, as stamps count. */
const WEEK = 7 * 24 * 60 * MINUTE * 1000;

interface Contact {
  readonly address: string;
  /** When Alice writes to them; absent: each time. */
  readonly bouts?: readonly number[];
  /** How many messages a time; absent: as many as to all. */
  readonly inABout?: number;
  readonly isStranger?: true;
  readonly policy?: 'refuse' | 'manual';
  /** What they tell the bot, and how long after the last of a few messages. */
  readonly answer?: readonly [after: number, text: string];
  /** What happens to a message, and how long after it was written. */
  readonly fate: (bout: number, place: number) => readonly Happened[];
}

type Happened = readonly [after: number, fact: Partial<Fact> & Pick<Fact, 'kind'>];

const TICK = { kind: 'received' } as const;
const SENT = { kind: 'sent', resource: 'phone' } as const;
const STORED = { kind: 'stored', where: 'offline' } as const;

const WITHHELD = { ...TICK, withheld: true } as const;
const HIDDEN = { ...SENT, unseen: true, archived: true } as const;

/** To these she writes 200 messages. */
const TEN: readonly Contact[] = [
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
    policy: 'refuse',
    fate: () => [
      [50, SENT],
      [100, WITHHELD],
    ],
  },
  {
    address: 'manual@example.org',
    policy: 'manual',
    answer: [3 * MINUTE, 'yes all'],
    fate: decides,
  },
  // Twice a day it does not work, and once of these the server tells it itself.
  { address: 'fails@example.org', fate: failing },
];

/** And to these a few more. */
const OTHERS: readonly Contact[] = [
  {
    address: 'prompt@example.org',
    bouts: [0, 2],
    inABout: 2,
    policy: 'manual',
    answer: [MINUTE, 'yes all'],
    fate: decides,
  },
  {
    address: 'declines@example.org',
    bouts: [1],
    inABout: 2,
    policy: 'manual',
    answer: [MINUTE, 'no all'],
    fate: decides,
  },
  { address: 'hides@example.org', bouts: [2], fate: () => [[50, HIDDEN]] },
  { address: 'loses@example.org', bouts: [3], fate: losing },
  { address: 'stranger@example.org', isStranger: true, fate: strange },
];

const CONTACTS = [...TEN, ...OTHERS];

function decides(): readonly Happened[] {
  return [
    [50, SENT],
    [300, WITHHELD],
  ];
}

/** One message is lost with the connection of the phone. */
function losing(_: number, place: number): readonly Happened[] {
  if (place === 2)
    return [
      [50, SENT],
      [20 * SECOND, { kind: 'lost', resource: 'phone' }],
    ];
  return [
    [50, SENT],
    [300, TICK],
  ];
}

/** What becomes of messages to somebody whose presence Alice does not see. */
function strange(bout: number): readonly Happened[] {
  return bout % 2 === 0 ? [[50, SENT]] : [[50, STORED]];
}

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

test('a working day of 200 messages to ten contacts, and more to others, takes ten messages of the bot', async () => {
  const scene = await onStage({ settings: { 'receipts.text': 'true' } });
  await writeLastWeek(scene);
  expect(WRITTEN.filter(({ contact }) => TEN.includes(contact))).toHaveLength(200);
  await chooses(scene, 'declines@example.org', { tellDeclined: true });
  await liveThrough(scene);
  const said = bodiesIn(scene);
  expect(said.length).toBeLessThanOrEqual(10);
  // Nothing about what went well, or what Alice's own client shows: these and no other lines.
  expect(said.flatMap((body) => body.split('\n')).toSorted()).toEqual([
    'Declined: no receipt is given for 2 of your messages to declines@example.org (11:10 UTC).',
    'Expired: no more news came of 2 of your messages to expires@example.org (15 Nov, 11:15 UTC).',
    'Failed: 3 of your messages to fails@example.org (11:10 UTC) could not be delivered (remote-server-timeout).',
    'Failed: your message of 11:10 UTC to fails@example.org could not be delivered (remote-server-timeout).',
    'Lost: your message of 11:30 UTC went out to loses@example.org but never arrived.',
    // Alice cannot tell these two apart: one decides each time, and says yes after minutes.
    'Sent: your message of 11:00 UTC went out to manual@example.org – no confirmation yet. Their app may confirm nothing; I will not mention it again for a day.',
    'Sent: your message of 11:00 UTC went out to silent@example.org – no confirmation yet. Their app may confirm nothing; I will not mention it again for a day.',
    // Nor these: one is away, and one hides from her.
    'Stored: 4 of your messages to away@example.org (11:00 UTC) still wait, kept for them by their server.',
    'Stored: 4 of your messages to hides@example.org (11:20 UTC) still wait, kept for them by their server.',
  ]);
}, 180_000);

interface Written {
  readonly contact: Contact;
  readonly bout: number;
  readonly place: number;
  readonly id: string;
  readonly at: number;
}

interface Event {
  readonly at: number;
  readonly does: () => Promise<unknown>;
}

const WRITTEN: readonly Written[] = BOUTS.flatMap((start, bout) =>
  Array.from({ length: IN_A_BOUT }, (_, place) =>
    contactsAt(bout, place).map((contact, index) => ({
      contact,
      bout,
      place,
      id: `m${bout}-${place}`,
      at: start + place * BETWEEN + index * 500,
    })),
  ).flat(),
);

function contactsAt(bout: number, place: number): readonly Contact[] {
  return CONTACTS.filter(
    ({ bouts, inABout = IN_A_BOUT }) => bouts?.includes(bout) !== false && place < inABout,
  );
}

/** Two messages of last week, of which no news came since: they expire today. Words of that time were read. */
async function writeLastWeek(scene: Scene): Promise<void> {
  await chooses(scene, ALICE, { text: false });
  for (const [index, id] of ['old-1', 'old-2'].entries()) {
    const key = { sender: ALICE, recipient: 'expires@example.org' as BareJid, id };
    const at = scene.now - WEEK + 15 * MINUTE * 1000 + index * SECOND * 1000;
    await scene.report(key, factAt(at, ACCEPTED), factAt(at + 1, SENT));
  }
  await chooses(scene, ALICE, { text: true });
}

const ACCEPTED = { kind: 'accepted', maySee: true, token: 'kX2c' } as const;

async function liveThrough(scene: Scene): Promise<void> {
  const began = Date.now();
  const events = WRITTEN.flatMap((written) => eventsOf(written, scene));
  for (const { at, does } of events.toSorted((a, b) => a.at - b.at)) {
    await scene.pass(Math.max(0, began + at - Date.now()));
    await does();
  }
  await scene.pass(10 * MINUTE);
}

function eventsOf({ contact, bout, place, id, at }: Written, scene: Scene): Event[] {
  const { address, inABout = IN_A_BOUT, policy, isStranger, answer, fate } = contact;
  const key = { sender: ALICE, recipient: address as BareJid, id };
  const accepted = { ...ACCEPTED, maySee: isStranger !== true, ...(policy && { policy }) };
  const happened: readonly Happened[] = [[0, accepted], ...fate(bout, place)];
  const reports = happened.map(([after, fact]) => ({
    at: at + after,
    does: () => scene.report(key, factAt(scene.now, fact)),
  }));
  if (answer === undefined || place < inABout - 1) return reports;
  const [after, text] = answer;
  return [...reports, { at: at + after, does: () => sayTo(scene, address, text) }];
}

async function chooses(scene: Scene, user: string, preferences: Preferences): Promise<void> {
  const change = () => preferences;
  await scene.store.preferences.change(user as BareJid, { change, now: Date.now() });
}

async function sayTo(scene: Scene, user: string, text: string): Promise<void> {
  await scene.say(
    `<message type='chat' from='${user}/pc' to='receipts@${COMPONENT}' id='y'><body>${text}</body></message>`,
  );
}

function factAt(at: number, fact: Happened[1]): Fact {
  return { type: 'chat', ...fact, at } as unknown as Fact;
}

function bodiesIn({ messages }: Scene): readonly string[] {
  const toAlice = messages.filter(({ attrs }) => attrs['to'] === ALICE);
  return toAlice.flatMap((message) => message.getChild('body')?.getText() ?? []);
}

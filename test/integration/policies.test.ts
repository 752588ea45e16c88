import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import { heard, markersFor, saidByBot, say, ticksFor } from '../support/bot-chat.ts';
import { CLIENT_NS, type Client, type LoginOptions, login } from '../support/client.ts';
import { introduce, type Prosody, startProsody } from '../support/prosody.ts';
import { AFTER_GRACE_MS, type Stage, startStage, toldAbout } from '../support/stage.ts';

/** By now a silent client has lost its grace, the tick is delivered, and the recipient asked. */
const AFTER_ALL_MS = AFTER_GRACE_MS + 500;

/** What alice's client sees in the end: ticks by whose address they came from, and our receipts. */
interface Seen {
  readonly ticks: readonly ('device' | 'account')[];
  readonly told: readonly string[];
  readonly isBobAsked: boolean;
}

const NOTHING: Seen = { ticks: [], told: [], isBobAsked: false };
const TICK: Seen = { ticks: ['device'], told: [], isBobAsked: false };

interface Situation {
  readonly name: string;
  readonly host: string;
  /** The message is sent before bob comes. */
  readonly isLate?: boolean;
  readonly devices: readonly Partial<LoginOptions>[];
  /** Bob's first device fetches its archive. */
  readonly catchesUp?: boolean;
  readonly expected: Readonly<Record<Policy, Seen>>;
}

const SITUATIONS: readonly Situation[] = [
  {
    name: 'online, the client answers',
    host: 'offline.test',
    devices: [{ autoReceipt: true }],
    expected: {
      client: TICK,
      automatic: TICK,
      manual: { ticks: [], told: ['sent'], isBobAsked: true },
      refuse: NOTHING,
    },
  },
  {
    name: 'online, the client is silent',
    host: 'offline.test',
    devices: [{}],
    expected: {
      client: { ticks: [], told: ['sent'], isBobAsked: false },
      automatic: { ticks: ['account'], told: ['delivered'], isBobAsked: false },
      manual: { ticks: [], told: ['sent'], isBobAsked: true },
      refuse: NOTHING,
    },
  },
  {
    name: 'online without XEP-0198, the client is silent',
    host: 'offline.test',
    devices: [{ acks: 'off' }],
    expected: {
      client: { ticks: [], told: ['sent'], isBobAsked: false },
      automatic: { ticks: [], told: ['sent'], isBobAsked: false },
      manual: { ticks: [], told: ['sent'], isBobAsked: true },
      refuse: NOTHING,
    },
  },
  {
    name: 'offline, then comes and the client answers',
    host: 'offline.test',
    isLate: true,
    devices: [{ autoReceipt: true }],
    expected: {
      client: { ...TICK, told: ['stored'] },
      automatic: { ...TICK, told: ['stored'] },
      manual: { ticks: [], told: ['stored', 'sent'], isBobAsked: true },
      refuse: NOTHING,
    },
  },
  {
    name: 'offline, then comes and the client is silent',
    host: 'offline.test',
    isLate: true,
    devices: [{}],
    expected: {
      client: { ticks: [], told: ['stored', 'sent'], isBobAsked: false },
      automatic: { ticks: ['account'], told: ['stored', 'delivered'], isBobAsked: false },
      manual: { ticks: [], told: ['stored', 'sent'], isBobAsked: true },
      refuse: NOTHING,
    },
  },
  {
    name: 'catches up from the archive, and the client answers',
    host: 'archive.test',
    isLate: true,
    devices: [{}],
    catchesUp: true,
    expected: {
      client: { ...TICK, told: ['stored'] },
      automatic: { ...TICK, told: ['stored'] },
      manual: { ticks: [], told: ['stored'], isBobAsked: true },
      refuse: NOTHING,
    },
  },
  {
    name: 'two devices, one of them answers',
    host: 'offline.test',
    devices: [{ autoReceipt: true }, { carbons: true }],
    expected: {
      client: TICK,
      automatic: TICK,
      manual: { ticks: [], told: ['sent'], isBobAsked: true },
      refuse: NOTHING,
    },
  },
];

describe('what a recipient’s policy lets the sender know', () => {
  let stage: Stage;
  const open: Client[] = [];
  let count = 0;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: 'offline.test' }, { name: 'archive.test', mam: true, offline: false }],
      questions: { gatherMs: 100, perHour: 3600 },
    });
    for (const host of ['offline.test', 'archive.test']) {
      await stage.prosody.register(`alice@${host}`);
      for (const policy of POLICIES) {
        const bob = `bob-${policy}@${host}`;
        await stage.prosody.register(bob);
        await stage.prosody.befriend(`alice@${host}`, bob);
        const client = await enter({ jid: `${bob}/setup` });
        await say(client, `policy ${policy}`);
      }
    }
    await leave();
  });

  afterEach(() => leave());
  afterAll(() => stage?.dispose());

  async function enter(options: Omit<LoginOptions, 'port'>): Promise<Client> {
    const client = await login({ port: stage.prosody.ports.c2s, ...options });
    open.push(client);
    return client;
  }

  async function leave(): Promise<void> {
    await Promise.all(open.splice(0).map((client) => client.close()));
  }

  const cases = SITUATIONS.flatMap((situation) =>
    POLICIES.map((policy) => ({ situation, policy, name: situation.name })),
  );

  it.each(cases)('$policy; $name', async ({ situation, policy }) => {
    const { host, isLate = false } = situation;
    const [to, id] = [`bob-${policy}@${host}`, `m${++count}`];
    const alice = await enter({ jid: `alice@${host}/pc` });
    if (isLate) {
      alice.ask(to, id);
      await stage.expectStatus({ from: `alice@${host}`, to, id }, 'stored');
    }
    const bobs = await enterDevices(to, situation);
    if (!isLate) alice.ask(to, id);
    if (situation.catchesUp) await catchUp(bobs[0], { host, id });
    await sleep(AFTER_ALL_MS);
    expect(seenBy(alice, { id, to, bobs })).toEqual(situation.expected[policy]);
    // Or the fourth message would only join the third question.
    if (policy === 'manual' && bobs[0] !== undefined) await say(bobs[0], 'no all');
  });

  async function enterDevices(to: string, { devices }: Situation): Promise<readonly Client[]> {
    const bobs: Client[] = [];
    for (const [index, device] of devices.entries())
      bobs.push(await enter({ jid: `${to}/device-${index}`, ...device }));
    return bobs;
  }

  it.each([
    { policy: 'client', passes: true },
    { policy: 'automatic', passes: true },
    { policy: 'manual', passes: false },
    { policy: 'refuse', passes: false },
  ])(
    '$policy; markers pass: $passes; the own devices have them all the same',
    async ({ policy, passes }) => {
      const [to, id] = [`bob-${policy}@offline.test`, `m${++count}`];
      const alice = await enter({ jid: 'alice@offline.test/pc' });
      const phone = await enter({ jid: `${to}/phone` });
      const tablet = await enter({ jid: `${to}/tablet`, carbons: true });
      alice.ask(to, id);
      await phone.waitForMessage(id);
      phone.answer('alice@offline.test', id);
      phone.displayed('alice@offline.test', id);
      await tablet.waitFor((stanza) => holdsCarbonOf(stanza, `displayed-${id}`));
      await tablet.waitFor((stanza) => holdsCarbonOf(stanza, `received-${id}`));
      await sleep(AFTER_ALL_MS);
      expect(ticksFor(alice, id)).toEqual(passes ? [`${to}/phone`] : []);
      expect(markersFor(alice, id)).toEqual(passes ? [`${to}/phone`] : []);
      if (policy === 'manual') await say(phone, 'no all');
    },
  );
});

async function catchUp(
  device: Client | undefined,
  { host, id }: { host: string; id: string },
): Promise<void> {
  await device?.catchUp();
  device?.answer(`alice@${host}`, id);
}

function seenBy(
  alice: Client,
  { id, to, bobs }: { id: string; to: string; bobs: readonly Client[] },
): Seen {
  return {
    ticks: ticksFor(alice, id).map((from) => (from === to ? 'account' : 'device')),
    told: toldAbout(alice, id),
    isBobAsked: bobs.some((bob) => saidByBot(bob).some((text) => text.includes('alice@'))),
  };
}

function holdsCarbonOf(stanza: Client['received'][number], id: string): boolean {
  const carbon = stanza.getChild('sent', CLIENT_NS.carbons);
  const message = carbon?.getChild('forwarded', CLIENT_NS.forward)?.getChild('message');
  return message?.attrs['id'] === id;
}

describe('a sender on another server', () => {
  let stage: Stage;
  let there: Prosody;
  let carol: Client;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: 'here.test' }],
      questions: { gatherMs: 100, perHour: 3600 },
    });
    there = await startProsody({ hosts: [{ name: 'there.test' }] });
    await introduce(stage.prosody, there);
    await there.register('carol@there.test');
    carol = await login({ jid: 'carol@there.test/pc', port: there.ports.c2s });
  });

  afterAll(async () => {
    await Promise.all([stage?.dispose(), there?.dispose()]);
  });

  it.each([
    { policy: 'client', answers: true, ticks: ['device'] },
    { policy: 'client', answers: false, ticks: [] },
    { policy: 'automatic', answers: true, ticks: ['device'] },
    { policy: 'automatic', answers: false, ticks: ['account'] },
    { policy: 'manual', answers: true, ticks: [], says: 'yes', after: ['account'] },
    { policy: 'manual', answers: false, ticks: [], says: 'no', after: [] },
    { policy: 'refuse', answers: true, ticks: [] },
  ])('$policy, the client answers: $answers', async ({ policy, answers, ticks, says, after }) => {
    const bob = `bob-${policy}-${answers}@here.test`;
    const id = `from-there-${policy}-${answers}`;
    await stage.prosody.register(bob);
    await stage.prosody.subscribe('carol@there.test', bob);
    const phone = await login({
      jid: `${bob}/phone`,
      port: stage.prosody.ports.c2s,
      autoReceipt: answers,
    });
    await say(phone, `policy ${policy}`);
    const since = phone.mark();
    carol.ask(bob, id);
    await sleep(AFTER_ALL_MS);
    const from = () => ticksFor(carol, id).map((it) => (it === bob ? 'account' : 'device'));
    expect(from()).toEqual(ticks);
    if (says !== undefined) {
      expect(await heard(phone, since)).toContain('carol@there.test');
      await say(phone, says);
      await sleep(AFTER_GRACE_MS);
      expect(from()).toEqual(after);
    }
    expect(toldAbout(carol, id)).toEqual([]);
    await phone.close();
  });
});

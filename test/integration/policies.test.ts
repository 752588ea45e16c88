import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { POLICIES, type Policy } from '../../src/message/policy.ts';
import { heard, markersFor, saidByBot, say, ticksFor } from '../support/bot-chat.ts';
import { CLIENT_NS, type Client, type LoginOptions, login } from '../support/client.ts';
import { expectLasting } from '../support/lasting.ts';
import { type Prosody, startProsody } from '../support/prosody.ts';
import { introduce } from '../support/server.ts';
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

describe('policies', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: 'offline.test' }, { name: 'archive.test', mam: true, offline: false }],
      questions: { gatherMs: 100 },
    });
  });

  afterAll(() => stage?.dispose());

  /** Two of their own for each case, so that the cases can run side by side. */
  async function acquaint(host: string, policy: Policy, n: number): Promise<Pair> {
    const [alice, bob] = [`alice-${n}@${host}`, `bob-${n}@${host}`];
    await stage.server.register(alice);
    await stage.server.register(bob);
    await stage.server.befriend(alice, bob);
    const client = await enter(`${bob}/setup`);
    await say(client, `policy ${policy}`);
    await client.close();
    return { alice, bob, id: `m${n}` };
  }

  function enter(jid: string, options: Partial<LoginOptions> = {}): Promise<Client> {
    return login({ port: stage.server.ports.c2s, jid, ...options });
  }

  async function enterDevices(bob: string, { devices }: Situation): Promise<readonly Client[]> {
    const entering = devices.map((device, n) => enter(`${bob}/device-${n}`, device));
    return Promise.all(entering);
  }

  const cases = SITUATIONS.flatMap((situation) =>
    POLICIES.map((policy) => ({ situation, policy, name: situation.name })),
  ).map((it, n) => ({ ...it, n }));

  test.concurrent.each(cases)(
    'under $policy the sender sees what the table says: $name',
    async ({ situation, policy, n }) => {
      const pair = await acquaint(situation.host, policy, n);
      const alice = await enter(`${pair.alice}/pc`);
      const bobs = await exchange(alice, pair, situation);
      const seen = () => seenBy(alice, pair, bobs);
      await expectLasting(seen, situation.expected[policy], AFTER_ALL_MS);
      await Promise.all([alice, ...bobs].map((client) => client.close()));
    },
  );

  async function exchange(
    alice: Client,
    { bob, id }: Pair,
    situation: Situation,
  ): Promise<readonly Client[]> {
    if (!situation.isLate) {
      const devices = await enterDevices(bob, situation);
      alice.ask(bob, id);
      return devices;
    }
    alice.ask(bob, id);
    await stage.expectStatus({ from: alice.bareJid, to: bob, id }, 'stored');
    if (situation.catchesUp) await untilTold(alice, id);
    const devices = await enterDevices(bob, situation);
    if (situation.catchesUp) await catchUp(devices[0], { to: alice.bareJid, id });
    return devices;
  }

  /**
   * What an archive has is told 0.2 s later, under most policies. A client that answers before makes
   * it needless.
   */
  async function untilTold(alice: Client, id: string): Promise<void> {
    for (let tries = 0; tries < 100 && toldAbout(alice, id).length === 0; tries += 1)
      await sleep(20);
  }

  test.concurrent.each([
    { policy: 'client', passes: true, n: 101 },
    { policy: 'automatic', passes: true, n: 102 },
    { policy: 'manual', passes: false, n: 103 },
    { policy: 'refuse', passes: false, n: 104 },
  ] as const)(
    'under $policy the client’s answers reach the sender: $passes, and the other devices of the recipient always',
    async ({ policy, passes, n }) => {
      const pair = await acquaint('offline.test', policy, n);
      const alice = await enter(`${pair.alice}/pc`);
      const phone = await enter(`${pair.bob}/phone`);
      const tablet = await enter(`${pair.bob}/tablet`, { carbons: true });
      alice.ask(pair.bob, pair.id);
      await phone.waitForMessage(pair.id);
      phone.answer(pair.alice, pair.id);
      phone.displayed(pair.alice, pair.id);
      await tablet.waitFor((stanza) => holdsCarbonOf(stanza, `displayed-${pair.id}`));
      await tablet.waitFor((stanza) => holdsCarbonOf(stanza, `received-${pair.id}`));
      const expected = passes ? [`${pair.bob}/phone`] : [];
      await expectLasting(() => ticksFor(alice, pair.id), expected, AFTER_ALL_MS);
      expect(markersFor(alice, pair.id)).toEqual(expected);
      await Promise.all([alice, phone, tablet].map((client) => client.close()));
    },
  );
});

interface Pair {
  readonly alice: string;
  readonly bob: string;
  /** Of the message. */
  readonly id: string;
}

async function catchUp(
  device: Client | undefined,
  { to, id }: { to: string; id: string },
): Promise<void> {
  await device?.catchUp();
  device?.answer(to, id);
}

function seenBy(alice: Client, { bob, id }: Pair, devices: readonly Client[]): Seen {
  const asked = devices.flatMap(saidByBot).filter((text) => text.includes(alice.bareJid));
  return {
    ticks: ticksFor(alice, id).map((from) => (from === bob ? 'account' : 'device')),
    told: toldAbout(alice, id),
    isBobAsked: asked.length > 0,
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
      questions: { gatherMs: 100 },
    });
    there = await startProsody({ hosts: [{ name: 'there.test' }] });
    await introduce(stage.server, there);
    await there.register('carol@there.test');
    carol = await login({ jid: 'carol@there.test/pc', port: there.ports.c2s });
  });

  afterAll(async () => {
    await Promise.all([stage?.dispose(), there?.dispose()]);
  });

  test.concurrent.each([
    { policy: 'client', answers: true, ticks: ['device'] },
    { policy: 'client', answers: false, ticks: [] },
    { policy: 'automatic', answers: true, ticks: ['device'] },
    { policy: 'automatic', answers: false, ticks: ['account'] },
    { policy: 'manual', answers: true, ticks: [], says: 'yes', after: ['account'] },
    { policy: 'manual', answers: false, ticks: [], says: 'no', after: [] },
    { policy: 'refuse', answers: true, ticks: [] },
  ])(
    'under $policy a sender on another server sees what the table says, the client answers: $answers',
    async ({ policy, answers, ticks, says, after }) => {
      const bob = `bob-${policy}-${answers}@here.test`;
      const id = `from-there-${policy}-${answers}`;
      await stage.server.register(bob);
      await stage.server.subscribe('carol@there.test', bob);
      const phone = await login({
        jid: `${bob}/phone`,
        port: stage.server.ports.c2s,
        autoReceipt: answers,
      });
      await say(phone, `policy ${policy}`);
      const since = phone.mark();
      carol.ask(bob, id);
      const from = () => ticksFor(carol, id).map((it) => (it === bob ? 'account' : 'device'));
      await expectLasting(from, ticks, AFTER_ALL_MS);
      if (says !== undefined) {
        expect(await heard(phone, since)).toContain('carol@there.test');
        await say(phone, says);
        await expectLasting(from, after, AFTER_GRACE_MS);
      }
      expect(toldAbout(carol, id)).toEqual([]);
      await phone.close();
    },
  );
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Element, element } from '../../src/protocol/xml.ts';
import { en } from '../../src/user/text/en/index.ts';
import { askedByBot, say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { comeHidden, connectHidden, directUnavailable, type Hiding } from '../support/hiding.ts';
import {
  AFTER_GRACE_MS,
  BOT,
  COMPONENT,
  expectTold,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'hidden.test';
const WITHOUT_ARCHIVE = 'forgetful.test';
const ARCHIVE_ALONE = 'archive.test';
/** Statuses that would show that a session has it. */
const SHOWS_PRESENCE = ['sent', 'delivered', 'displayed', 'lost'];
/** Late enough that the first answers come before it, also on a machine that is busy. */
const EXPIRE_MS = 5000;
/** By now the server has given up a session whose connection broke off, and stored what it had. */
const GIVEN_UP_MS = 8000;
/** A busy machine takes longer than the product. */
const SOON_MS = 15_000;
/** Until the server has noticed, it still writes to the dead connection. */
const NOTICED_MS = 150;

/** How often the times are compared: a busy machine may be late now and then. */
const ROUNDS = 5;
/** Less than the daemon waits for other sessions of a recipient: that must not be seen. */
const NOT_SEEN_MS = 150;

/** Of a message that stays in the archive. */
const TOLD_UNDER: Readonly<Record<string, readonly string[]>> = {
  client: ['stored', 'expired'],
  automatic: ['stored', 'expired'],
  manual: ['stored'],
  refuse: ['declined'],
};

let stage: Stage;
let company: Company;

beforeAll(async () => {
  stage = await startStage({
    hosts: [
      { name: HOST, mam: true },
      { name: WITHOUT_ARCHIVE },
      { name: ARCHIVE_ALONE, mam: true, offline: false },
    ],
    server: { modules: ['test_invisible'] },
    receipts: { expireAfterMs: EXPIRE_MS },
    policies: { tellDeclined: true },
  });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

describe('what a sender can see of a recipient who hides is what she sees of one who is offline', () => {
  const HIDINGS: readonly Hiding[] = ['directed unavailable', 'invisible'];
  const rows = HIDINGS.flatMap((hiding) => [
    ...['client', 'automatic', 'refuse'].flatMap((policy) =>
      (['auto', 'off'] as const).map((acks) => ({ hiding, policy, acks })),
    ),
    { hiding, policy: 'manual', acks: 'auto' as const },
  ]);

  describe.concurrent('on a host with an archive', () => {
    test.each(rows)(
      'receipts, ticks, query, words and why are the same: $hiding, policy $policy, XEP-0198 $acks',
      async ({ hiding, policy, acks }) => {
        const seen = await expectNoDifference({ hiding, policy, acks });
        expect(seen.told).toEqual(TOLD_UNDER[policy]);
        expect(seen.early.why).not.toBe(en.why.none);
        expect(seen.ticks).toEqual([]);
      },
    );

    test.each<Hiding>([...HIDINGS, 'unavailable for all'])(
      'receipts, ticks, query, words and why are the same for a message to the full address: %s',
      async (hiding) => {
        await expectNoDifference({ hiding, policy: 'automatic', acks: 'auto', resource: '/phone' });
      },
    );

    test.each(HIDINGS)(
      'receipts, ticks, query, words and why are the same if the session breaks off and is given up: %s',
      async (hiding) => {
        await expectNoDifference({ hiding, policy: 'client', acks: 'never', isBrokenOff: true });
      },
    );

    test.each(HIDINGS)(
      'a receipt comes when it would come of one who is offline: %s',
      async (hiding) => {
        const { alice, bob } = await pair(`when-${hiding.replaceAll(' ', '-')}`, HOST, 'automatic');
        const away = await company.register(`away-${bob}`);
        await stage.server.befriend(alice.bareJid, away);
        await comeHidden(meeting(alice, bob), hiding);
        const differences: number[] = [];
        for (let round = 0; round < ROUNDS; round += 1) {
          // Whoever is written to first is told of first.
          const order = round % 2 === 0 ? [bob, away] : [away, bob];
          const [first = 0, second = 0] = await Promise.all(
            order.map((to) => toldStoredAt(alice, to, `${to}-${round}`)),
          );
          differences.push(Math.abs(second - first));
        }
        expect(differences.toSorted((a, b) => a - b)[ROUNDS >> 1]).toBeLessThan(NOT_SEEN_MS);
      },
    );
  });
});

describe.concurrent('on a host without an archive', () => {
  test.each<Hiding>(['directed unavailable', 'invisible'])(
    'nothing is told of a message to a recipient who hides: %s',
    async (hiding) => {
      const name = `plain-${hiding.replaceAll(' ', '-')}`;
      const { alice, bob } = await pair(name, WITHOUT_ARCHIVE, 'automatic');
      const client = await comeHidden(meeting(alice, bob), hiding);
      alice.ask(bob, 'm1');
      await client.waitForMessage('m1');
      await expectTold(alice, 'm1', []);
      expect(await queried(alice, bob, 'm1')).toBe('accepted');
      expect(ticksFor(alice, 'm1')).toEqual([]);
    },
  );
});

describe.concurrent('a recipient who hides, and later does not', () => {
  test('who is connected and available to nobody shows nothing to who knows the full address', async () => {
    const { alice, bob } = await pair('no-presence', WITHOUT_ARCHIVE, 'automatic');
    const client = await comeHidden(meeting(alice, bob), 'unavailable for all');
    alice.ask(client.jid, 'm1');
    await client.waitForMessage('m1');
    await expectTold(alice, 'm1', []);
    expect(ticksFor(alice, 'm1')).toEqual([]);
  });

  test('who was seen when the message came, and hid before it was acknowledged, gives no tick', async () => {
    const { alice, bob } = await pair('hides-late', HOST, 'automatic');
    const client = await company.enter(`${bob}/phone`, { acks: 'never' });
    alice.ask(bob, 'm1');
    await client.waitForMessage('m1');
    await directUnavailable(client, alice);
    client.ack();
    await sleep(AFTER_GRACE_MS);
    expect(toldAbout(alice, 'm1')).not.toContain('delivered');
    expect(ticksFor(alice, 'm1')).toEqual([]);
  });

  test('who shows themselves again is told of as before', async () => {
    const { alice, bob } = await pair('back', HOST, 'automatic');
    const client = await comeHidden(meeting(alice, bob), 'directed unavailable');
    await client.setPresence(1);
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'delivered');
    await alice.waitUntil(() => ticksFor(alice, 'm1').length === 1);
  });

  test('who fetches the archive before the first presence is told of with that presence', async () => {
    const { alice, bob } = await pair('fetches', ARCHIVE_ALONE, 'automatic');
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    const client = await company.enter(`${bob}/phone`, { priority: 'none' });
    await client.catchUp();
    client.ack();
    await sleep(AFTER_GRACE_MS);
    expect(toldAbout(alice, 'm1')).not.toContain('delivered');
    expect(ticksFor(alice, 'm1')).toEqual([]);
    await client.setPresence();
    await waitForReceipt(alice, 'm1', 'delivered');
    await alice.waitUntil(() => ticksFor(alice, 'm1').length === 1);
  });

  test('who fetches the archive and then comes online hidden is told of as before', async () => {
    const { alice, bob } = await pair('fetches-hidden', ARCHIVE_ALONE, 'automatic');
    alice.ask(bob, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    const client = await connectHidden(meeting(alice, bob));
    await client.catchUp();
    client.ack();
    await client.setPresence();
    await sleep(AFTER_GRACE_MS);
    expect(toldAbout(alice, 'm1')).not.toContain('delivered');
    expect(ticksFor(alice, 'm1')).toEqual([]);
  });

  test('who hides from one contact is seen by another', async () => {
    const { alice, bob } = await pair('one-of-two', HOST, 'automatic');
    const carol = await company.enter(`one-of-two-carol@${HOST}/pc`);
    await stage.server.befriend(carol.bareJid, bob);
    await comeHidden(meeting(alice, bob), 'directed unavailable');
    carol.ask(bob, 'c1');
    await waitForReceipt(carol, 'c1', 'delivered');
  });

  test('who hides stays hidden through a resumption of the stream', async () => {
    const { alice, bob } = await pair('resumes', HOST, 'automatic');
    const client = await comeHidden(meeting(alice, bob), 'directed unavailable');
    client.die();
    await client.resume();
    alice.ask(bob, 'm1');
    await client.waitForMessage('m1');
    await sleep(AFTER_GRACE_MS);
    for (const status of SHOWS_PRESENCE) expect(toldAbout(alice, 'm1')).not.toContain(status);
    expect(ticksFor(alice, 'm1')).toEqual([]);
  });

  test.each([
    ['with an archive', HOST, ['stored']],
    ['without an archive', WITHOUT_ARCHIVE, []],
  ])(
    'who hides and whose phone sleeps is told of only if the archive has the message: %s',
    async (words, host, told) => {
      const { alice, bob } = await pair(`sleeps-${words.replaceAll(' ', '-')}`, host, 'automatic');
      const client = await comeHidden(meeting(alice, bob), 'directed unavailable');
      client.die();
      await sleep(NOTICED_MS);
      alice.ask(bob, 'm1');
      await sleep(AFTER_GRACE_MS);
      expect(await stage.kindsOf({ from: alice.bareJid, to: bob, id: 'm1' })).toContain('kept');
      for (const status of told) await waitForReceipt(alice, 'm1', status);
      expect(toldAbout(alice, 'm1')).toEqual(told);
      expect(await queried(alice, bob, 'm1')).toBe(told.at(-1) ?? 'accepted');
      expect(ticksFor(alice, 'm1')).toEqual([]);
    },
  );

  test('who hides on the phone and is seen on the laptop is told of as with the laptop alone', async () => {
    const { alice, bob } = await pair('two-devices', HOST, 'automatic');
    await comeHidden(meeting(alice, bob), 'directed unavailable');
    const laptop = await company.enter(`${bob}/laptop`, { acks: 'never' });
    alice.ask(bob, 'm1');
    await laptop.waitForMessage('m1');
    await expectTold(alice, 'm1', ['sent']);
    expect(ticksFor(alice, 'm1')).toEqual([]);
  });

  test('who hides and whose policy is manual is asked, and only the yes is told', async () => {
    const { alice, bob } = await pair('asked', HOST, 'manual');
    const client = await comeHidden(meeting(alice, bob), 'directed unavailable');
    alice.ask(bob, 'm1');
    await client.waitUntil(() => askedByBot(client).length === 1);
    await expectTold(alice, 'm1', ['stored']);
    await say(client, 'yes');
    await waitForReceipt(alice, 'm1', 'confirmed');
  });
});

/** Alice, who reads receipts in words, and the address of bob, whom she may see. */
async function pair(name: string, host: string, policy: string) {
  const alice = await company.enter(`${name}-alice@${host}/pc`);
  const bob = await company.register(`${name}-bob@${host}`);
  await stage.server.befriend(alice.bareJid, bob);
  const phone = await company.enter(`${bob}/settings`);
  await say(phone, `policy ${policy}`);
  await say(alice, 'text on');
  await phone.close();
  await alice.waitFor((stanza) => isPresence(stanza, bob, 'unavailable'));
  return { alice, bob };
}

function meeting(alice: Client, bob: string) {
  return { company, kind: stage.server.kind, alice, bob };
}

/** When the sender learns that it is stored, by a stopwatch. */
async function toldStoredAt(alice: Client, to: string, id: string): Promise<number> {
  alice.ask(to, id);
  await waitForReceipt(alice, id, 'stored', SOON_MS);
  return performance.now();
}

interface Circumstances {
  readonly hiding: Hiding;
  readonly policy: string;
  readonly acks: 'auto' | 'never' | 'off';
  readonly resource?: string;
  readonly isBrokenOff?: boolean;
}

/** Of a recipient who hides and of one who is offline; returns what alice sees of both. */
async function expectNoDifference(circumstances: Circumstances) {
  const { hiding, acks } = circumstances;
  const name = Object.values(circumstances).join('-').replaceAll(/[ /]/g, '-');
  const [hidden, offline] = await Promise.all([
    seenBy(name, circumstances, (alice, bob) => comeHidden(meeting(alice, bob), hiding, { acks })),
    seenBy(`${name}-away`, circumstances, () => Promise.resolve(undefined)),
  ]);
  expect(hidden).toEqual(offline);
  return hidden;
}

/** All that alice can see of one message, with the names and times taken out. */
async function seenBy(
  name: string,
  { policy, resource = '', isBrokenOff = false }: Circumstances,
  arrive: (alice: Client, bob: string) => Promise<Client | undefined>,
) {
  const { alice, bob } = await pair(name, HOST, policy);
  const client = await arrive(alice, bob);
  const since = alice.mark();
  alice.ask(`${bob}${resource}`, 'm1');
  await client?.waitForMessage('m1');
  if (policy !== 'refuse') await waitForReceipt(alice, 'm1', 'stored', SOON_MS);
  await sleep(AFTER_GRACE_MS);
  // On a busy machine it comes later; the answers below are to come after it in both cases.
  await waitForReceipt(alice, 'm1', policy === 'refuse' ? 'declined' : 'stored');
  const early = await answersTo(alice, bob);
  if (isBrokenOff) client?.die();
  await sleep(isBrokenOff ? GIVEN_UP_MS : EXPIRE_MS + AFTER_GRACE_MS);
  const late = await answersTo(alice, bob);
  await client?.close();
  await sleep(AFTER_GRACE_MS);
  const stanzas = alice.received.slice(since).filter((stanza) => isAbout(stanza, bob));
  return {
    told: toldAbout(alice, 'm1'),
    ticks: ticksFor(alice, 'm1'),
    early: withoutNames(early, name),
    late: withoutNames(late, name),
    stanzas: stanzas.map((stanza) => withoutNames(String(stanza), name)),
  };
}

async function answersTo(alice: Client, bob: string) {
  const query = await queried(alice, bob, 'm1');
  const words = await say(alice, `status ${bob}`);
  return { query, words, why: await say(alice, `why ${bob}`) };
}

/** Whatever comes from our bot or from bob, but presence, which is the server's own. */
function isAbout(stanza: Element, bob: string): boolean {
  return (
    stanza.is('message') &&
    (stanza.attrs['from'] === BOT || stanza.attrs['from']?.startsWith(bob) === true)
  );
}

function withoutNames<Value>(value: Value, name: string): Value {
  const text = JSON.stringify(value)
    .replaceAll(`${name}-`, '')
    .replaceAll(/ id=(\\?['"])(?!m1[-'"\\])[^'"\\]*/g, ' id=$1ID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'STAMP')
    .replaceAll(/\d\d:\d\d/g, 'TIME');
  return JSON.parse(text) as Value;
}

async function queried(alice: Client, bob: string, id: string): Promise<string> {
  const query = element('query', { xmlns: 'xmpp-receipts:1', id, recipient: bob });
  const answer = await alice.request(element('iq', { type: 'get', to: COMPONENT }, query));
  const receipt = answer.getChild('query')?.getChild('receipt');
  return receipt?.attrs['status'] ?? String(answer);
}

function isPresence(stanza: Element, bob: string, type: string): boolean {
  return (
    stanza.is('presence') &&
    stanza.attrs['from']?.startsWith(bob) === true &&
    stanza.attrs['type'] === type
  );
}

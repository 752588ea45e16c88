import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FactKind } from '../../src/message/fact.ts';
import { untilAsleep } from '../support/asleep.ts';
import { markersFor, say, ticksFor } from '../support/bot-chat.ts';
import type { Client, LoginOptions } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { differencesOf } from '../support/server-differences.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const HOST = 'web.test';
const BARE = 'bare.test';
const ARCHIVE = 'archive.test';
const INACTIVITY_SECONDS = 2;
/** Long enough to come back on a busy machine. */
const HIBERNATION_SECONDS = 15;
/** By now the server has given up a BOSH session that asks for nothing. */
const GIVEN_UP_MS = INACTIVITY_SECONDS * 1000 + 1500;

let stage: Stage;
let company: Company;
let lastPair = 0;
let lastId = 0;

const newId = () => `m${++lastId}`;

beforeAll(async () => {
  stage = await startStage({
    hosts: [
      { name: HOST },
      { name: BARE, offline: false },
      { name: ARCHIVE, mam: true, offline: false },
    ],
    server: {
      http: { inactivitySeconds: INACTIVITY_SECONDS },
      streamManagement: { hibernationSeconds: HIBERNATION_SECONDS },
    },
  });
  company = new Company(stage);
});

afterEach(() => company.leave());

afterAll(() => stage?.dispose());

interface Pair {
  readonly alice: Client;
  readonly bob: Client;
  /** Alice sends bob a message; resolves with who sent what to whom. */
  ask(): Sent;
}

interface Sent {
  readonly from: string;
  readonly to: string;
  readonly id: string;
}

/** Two who know each other and are online; by TCP unless told otherwise. */
async function meet(
  aliceOptions: Partial<LoginOptions>,
  bobOptions: Partial<LoginOptions>,
  host = HOST,
): Promise<Pair> {
  const number = ++lastPair;
  const alice = await enter(`alice-${number}@${host}/pc`, aliceOptions);
  const bob = await enter(`bob-${number}@${host}/phone`, bobOptions);
  await company.befriend(alice, bob);
  const ask = () => {
    const sent = { from: alice.bareJid, to: bob.bareJid, id: newId() };
    alice.ask(sent.to, sent.id);
    return sent;
  };
  return { alice, bob, ask };
}

function enter(jid: string, options: Partial<LoginOptions>): Promise<Client> {
  const isWeb = options.via !== undefined && options.via !== 'tcp';
  return company.enter(jid, isWeb ? { port: stage.server.ports.http, ...options } : options);
}

async function statusOf(sent: Sent): Promise<string | undefined> {
  return (await stage.proofs(sent))?.at(-1)?.status;
}

/** Resolves when the record holds a fact of that kind, with these details. */
async function expectFact(sent: Sent, kind: FactKind, details: object): Promise<void> {
  const facts = async () => (await stage.proofs(sent))?.map(({ fact }) => fact);
  await expect.poll(facts).toContainEqual(expect.objectContaining({ kind, ...details }));
}

const idsOf = (client: Client) =>
  client.received.filter((stanza) => stanza.is('message')).map(({ attrs }) => attrs['id']);

describe.each(['websocket', 'bosh'] as const)('a recipient by %s', (via) => {
  test(`a message that a recipient by ${via} answers is delivered by the client, and nothing is told`, async () => {
    const { alice, ask } = await meet({}, { via, acks: 'off', autoReceipt: true });
    const sent = ask();
    await stage.expectStatus(sent, 'delivered by client');
    await expectTold(alice, sent.id, []);
    expect(ticksFor(alice, sent.id)).toEqual([`${sent.to}/phone`]);
  });

  test(`a message to a recipient by ${via} who says nothing is told as sent after the grace`, async () => {
    const { alice, bob, ask } = await meet({}, { via, acks: 'off' });
    const sent = ask();
    await bob.waitForMessage(sent.id);
    await expectFact(sent, 'sent', { resource: 'phone', unacknowledged: true });
    await waitForReceipt(alice, sent.id, 'sent');
    await expectTold(alice, sent.id, ['sent']);
    expect(await statusOf(sent)).toBe('sent');
  });

  test(`a recipient by ${via} who stalls for a while and answers then has the messages delivered by the client`, async () => {
    const { alice, bob, ask } = await meet({}, { via, acks: 'off', autoReceipt: true });
    bob.stall();
    const messages = [ask(), ask(), ask()];
    await stage.expectStatus(messages.at(-1) as Sent, 'sent');
    bob.unstall();
    for (const sent of messages) await stage.expectStatus(sent, 'delivered by client');
    await sleep(GIVEN_UP_MS);
    for (const sent of messages) {
      expect(await statusOf(sent)).toBe('delivered');
      expect(ticksFor(alice, sent.id)).toHaveLength(1);
    }
  });

  test(`a displayed marker of a recipient by ${via} covers all messages before it`, async () => {
    const { alice, bob, ask } = await meet({}, { via, acks: 'off', autoReceipt: true });
    const messages = [ask(), ask(), ask()];
    const last = messages.at(-1) as Sent;
    await bob.waitForMessage(last.id);
    bob.displayed(last.from, last.id);
    for (const sent of messages) {
      await stage.expectStatus(sent, 'displayed by client');
      await waitForReceipt(alice, sent.id, 'displayed');
    }
  });

  test.each(['manual', 'refuse'])(
    `answers of a recipient by ${via} are stopped under the policy %s`,
    async (policy) => {
      const { alice, bob, ask } = await meet({}, { via, acks: 'off' });
      expect(await say(bob, `policy ${policy}`)).toContain(`Your policy is ${policy}`);
      const sent = ask();
      await bob.waitForMessage(sent.id);
      bob.answer(`${sent.from}/pc`, sent.id);
      bob.displayed(sent.from, sent.id);
      bob.ask(sent.from, newId(), { body: 'after' });
      await alice.waitFor((stanza) => stanza.getChild('body')?.getText() === 'after');
      expect(ticksFor(alice, sent.id)).toEqual([]);
      expect(markersFor(alice, sent.id)).toEqual([]);
      await expectFact(sent, 'received', { withheld: true });
      await expectFact(sent, 'displayed', { withheld: true });
    },
  );

  test(`a message that comes after a recipient by ${via} left is stored`, async () => {
    const { alice, bob, ask } = await meet({}, { via, acks: 'off' });
    await bob.close();
    const sent = ask();
    await waitForReceipt(alice, sent.id, 'stored');
    await expectTold(alice, sent.id, ['stored']);
  });
});

describe('a recipient by websocket with XEP-0198', () => {
  test('a message that a websocket acknowledges is delivered by the stream, and only sent is told', async () => {
    const { alice, ask } = await meet({}, { via: 'websocket' });
    const sent = ask();
    await stage.expectStatus(sent, 'delivered by stream');
    await expectTold(alice, sent.id, ['sent']);
  });

  test('a message that came while a websocket was broken is delivered once after it resumed', async () => {
    const { bob, ask } = await meet({}, { via: 'websocket' });
    bob.die();
    await untilAsleep(stage.server, bob);
    const sent = ask();
    await stage.expectStatus(sent, 'stored');
    await bob.resume();
    await stage.expectStatus(sent, 'delivered by stream');
    expect(idsOf(bob).filter((id) => id === sent.id)).toHaveLength(1);
  });

  test('a message that a websocket acknowledges by <resume h=…/> alone is delivered by the stream', async () => {
    const { bob, ask } = await meet({}, { via: 'websocket', acks: 'manual' });
    const sent = ask();
    await bob.waitForMessage(sent.id);
    bob.die();
    await untilAsleep(stage.server, bob);
    await stage.expectStatus(sent, 'stored');
    await bob.resume();
    await stage.expectStatus(sent, 'delivered by stream');
  });

  test('messages written to a websocket that never comes back are stored, and so are those that came later', async () => {
    const { alice, bob, ask } = await meet({}, { via: 'websocket', acks: 'never' });
    const before = ask();
    await bob.waitForMessage(before.id);
    bob.die();
    await untilAsleep(stage.server, bob);
    const later = ask();
    for (const sent of [before, later]) {
      await waitForReceipt(alice, sent.id, 'stored');
      await stage.expectStatus(sent, 'stored');
    }
  });
});

describe('a recipient by bosh who never comes back', () => {
  /** What is said of messages that the client never asked for, when their session has been given up. */
  async function endsOf(messages: readonly Sent[]): Promise<readonly (string | undefined)[]> {
    const all = () => Promise.all(messages.map(statusOf));
    const isGivenUp = async () => (await all()).every((status) => status !== 'sent');
    await stage.expectStatus(messages.at(-1) as Sent, 'sent');
    await expect.poll(isGivenUp, { timeout: 20_000 }).toBe(true);
    await sleep(500);
    return await all();
  }

  test('a message written to a BOSH session that never comes back is lost or stored, as is told', async () => {
    const { alice, bob, ask } = await meet({}, { via: 'bosh', acks: 'off' });
    bob.die();
    await sleep(150);
    const messages = [ask(), ask(), ask()];
    const ends = await endsOf(messages);
    expect(differencesOf(stage.server).unasked).toEqual(expect.arrayContaining([...ends]));
    for (const [index, { id }] of messages.entries())
      await waitForReceipt(alice, id, ends[index] ?? '');
    const back = await enter(`${bob.bareJid}/laptop`, { acks: 'off' });
    await sleep(500);
    const got = idsOf(back);
    const arrived = messages.map(({ id }) => got.includes(id));
    expect(arrived).toEqual(ends.map((end) => end === 'stored'));
  });

  test('a message written to a BOSH session that never comes back is stored where the archive has it', async () => {
    const { alice, bob, ask } = await meet({}, { via: 'bosh', acks: 'off' }, ARCHIVE);
    bob.die();
    await sleep(150);
    const messages = [ask(), ask(), ask()];
    const ends = await endsOf(messages);
    expect(differencesOf(stage.server).unaskedArchived).toEqual(expect.arrayContaining([...ends]));
    for (const [index, { id }] of messages.entries())
      await waitForReceipt(alice, id, ends[index] ?? '');
    const back = await enter(`${bob.bareJid}/laptop`, { acks: 'off', priority: 'none' });
    const archived = (await back.catchUp()).map(({ attrs }) => attrs['id']);
    expect(archived).toEqual(expect.arrayContaining(messages.map(({ id }) => id)));
  });
});

describe.each(['websocket', 'bosh'] as const)('a sender by %s', (via) => {
  test(`a sender by ${via} is told that a message was stored, then displayed`, async () => {
    const { alice, bob, ask } = await meet({ via, acks: 'off' }, {});
    await bob.close();
    const sent = ask();
    await waitForReceipt(alice, sent.id, 'stored');
    const back = await enter(`${sent.to}/laptop`, { autoReceipt: true });
    await back.waitForMessage(sent.id);
    back.displayed(sent.from, sent.id);
    await waitForReceipt(alice, sent.id, 'displayed');
    await expectTold(alice, sent.id, ['stored', 'displayed']);
    expect(ticksFor(alice, sent.id)).toEqual([`${sent.to}/laptop`]);
  });

  test(`a sender by ${via} gets the error of the server, and hears of the failure once`, async () => {
    const alice = await enter(`alice-${via}@${BARE}/pc`, { via, acks: 'off' });
    const sent = {
      from: alice.bareJid,
      to: await company.register(`bob-${via}@${BARE}`),
      id: newId(),
    };
    alice.ask(sent.to, sent.id);
    expect((await alice.waitForMessage(sent.id)).attrs['type']).toBe('error');
    await stage.expectStatus(sent, 'failed');
    await expectFact(sent, 'failed', { handed: true });
    await expectTold(alice, sent.id, []);
  });

  test(`a sender by ${via} gets a tick on behalf of a recipient whose policy is automatic`, async () => {
    const { alice, bob, ask } = await meet({ via, acks: 'off' }, {});
    await say(bob, 'policy automatic');
    const sent = ask();
    await waitForReceipt(alice, sent.id, 'delivered');
    await expect.poll(() => ticksFor(alice, sent.id)).toEqual([sent.to]);
  });
});

describe('a sender by bosh who never comes back', () => {
  test('a tick written to a sender by BOSH who never comes back is no answer of the recipient’s client', async () => {
    const { alice, bob, ask } = await meet({ via: 'bosh', acks: 'off' }, {});
    await say(bob, 'policy automatic');
    const sent = ask();
    await bob.waitForMessage(sent.id);
    alice.die();
    await stage.expectStatus(sent, 'delivered by stream');
    await sleep(GIVEN_UP_MS);
    await stage.expectStatus(sent, 'delivered by stream');
  });
});

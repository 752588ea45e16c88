import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settingsSchema } from '../../src/config/schema.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { ticksFor, toldInWords } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { differencesOf } from '../support/server-differences.ts';
import { receiptsIn, type Stage, startStage, toldAbout } from '../support/stage.ts';
import { until } from '../support/until.ts';

const HOST = 'both.test';
/** Far more than anything takes: on a busy machine it takes longer. */
const PATIENCE_MS = 20_000;

const EMPTY = {
  lua: `local jid, host = ...
        for _, store in ipairs { "offline", "archive" } do
          require"core.storagemanager".open(host, store, "archive"):delete(jid)
        end
        return true`,
  erlang: `[User, Host] = Args,
           {atomic, ok} = mod_offline_mnesia:remove_all_messages(User, Host),
           mod_mam:remove_mam_for_user(User, Host),
           true`,
};

/**
 * What becomes of a message, by what its recipient does: what its sender is told first, and later,
 * and what of that the sender's archive keeps.
 */
const STORIES = {
  silent: { first: 'stored', later: 'delivered', kept: [], ticks: 1 },
  emptied: { first: 'stored', later: 'lost', kept: ['lost'], ticks: 0 },
  reading: { first: 'stored', later: 'displayed', kept: ['displayed'], ticks: 0 },
  asleep: { first: 'sent', later: 'stored', kept: [], ticks: 0 },
} as const;
/** Also what does not come in words unless somebody wants it. */
const ALL_TOLD = settingsSchema.shape.receipts.parse({}).statuses;
type Story = keyof typeof STORIES;
const ALL = Object.keys(STORIES) as readonly Story[];

describe('words about a message in the archive of its sender', () => {
  let stage: Stage;
  let company: Company;
  /** How many receipts the stories have come to so far. */
  let due = 0;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST, mam: true }],
      policy: 'automatic',
      receipts: { text: true, textStatuses: ALL_TOLD },
    });
    company = new Company(stage);
    await untilPoliciesHold();
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  /** A server that knows no policies yet gives no token for a tick. */
  async function untilPoliciesHold(): Promise<void> {
    const client = await company.enter(`probing@${HOST}/pc`);
    const sent = { from: client.bareJid, to: await company.register(`probed@${HOST}`) };
    for (let isKnown = false, n = 0; !isKnown; n++) {
      const probe = { ...sent, id: `probe-${n}` };
      client.ask(probe.to, probe.id);
      await stage.expectStatus(probe, 'stored');
      isKnown = (await stage.factsOf(probe)).some((fact) => 'token' in fact);
    }
  }

  const recipient = (story: Story, sender: string) => `${story}-${sender}@${HOST}`;

  /** Each story up to what is told first. */
  async function begin(sender: string): Promise<{ client: Client; asleep: Client }> {
    const client = await company.enter(`${sender}@${HOST}/pc`);
    for (const story of ALL) {
      const to = await company.register(recipient(story, sender));
      await stage.server.befriend(client.bareJid, to);
    }
    const asleep = await company.enter(`${recipient('asleep', sender)}/phone`, { acks: 'never' });
    due += ALL.length;
    for (const story of ALL) client.ask(recipient(story, sender), story);
    await client.waitUntil(
      () => ALL.every((story) => toldAbout(client, story).includes(STORIES[story].first)),
      PATIENCE_MS,
    );
    return { client, asleep };
  }

  /** Each story to its end. */
  async function goOn(sender: string, asleep: Client): Promise<void> {
    due += ALL.length;
    asleep.die();
    await stage.server.runInside(EMPTY, ...recipient('emptied', sender).split('@'));
    await company.enter(`${recipient('emptied', sender)}/phone`);
    await company.enter(`${recipient('silent', sender)}/phone`);
    const reader = await company.enter(`${recipient('reading', sender)}/phone`);
    await reader.waitForMessage('reading');
    reader.displayed(`${sender}@${HOST}`, 'reading');
  }

  /** The sender has gone before the end of each story, and that is told. */
  async function tellWhileAway(sender: string): Promise<void> {
    const { client, asleep } = await begin(sender);
    await client.close();
    await goOn(sender, asleep);
    await until(() => (stage.counters['receipts sent'] ?? 0) >= due, 'the ends to be told');
  }

  /** The statuses that a person reads about a message to this recipient. */
  const readIn = (stanzas: readonly Element[], to: string) =>
    toldInWords(stanzas)
      .flatMap((stanza) => stanza.getChildText('body')?.split('\n') ?? [])
      .filter((line) => line.includes(to))
      .map((line) => line.split(':')[0]?.toLowerCase());

  const ticksIn = (stanzas: readonly Element[]) =>
    stanzas.filter((stanza) => stanza.getChild('received', 'urn:xmpp:receipts') !== undefined);

  /** The end of each story has come to this client, once; a sender who was there heard it all. */
  async function expectTold(client: Client, parts: readonly ('first' | 'later')[]): Promise<void> {
    const isTold = (story: Story) =>
      toldAbout(client, story).includes(STORIES[story].later) &&
      ticksFor(client, story).length >= STORIES[story].ticks;
    await client.waitUntil(() => ALL.every(isTold), PATIENCE_MS);
    for (const story of ALL)
      expect(toldAbout(client, story)).toEqual(parts.map((part) => STORIES[story][part]));
  }

  /** The archive keeps a tick, or one row with words. */
  async function expectKept(reader: Client, sender: string): Promise<void> {
    await expect
      .poll(async () => ticksIn(await reader.catchUp()).length, { timeout: PATIENCE_MS })
      .toBe(1);
    for (const story of ALL)
      await expect
        .poll(async () => readIn(await reader.catchUp(), recipient(story, sender)), {
          timeout: PATIENCE_MS,
        })
        .toEqual(STORIES[story].kept);
    expect(receiptsIn(await reader.catchUp())).toEqual([]);
  }

  test('a sender who is online is told each step, and the archive keeps the end only', async () => {
    const { client, asleep } = await begin('alice');
    await goOn('alice', asleep);
    await expectTold(client, ['first', 'later']);
    await expectKept(client, 'alice');
  });

  test('a sender who was away is told from the offline store what happened meanwhile', async () => {
    await tellWhileAway('anna');
    const anna = await company.enter(`anna@${HOST}/pc`);
    await expectTold(anna, ['later']);
    await expectKept(anna, 'anna');
  });

  test('a sender who was away and reads the archive first finds the end of each message there', async () => {
    await tellWhileAway('carla');
    const carla = await company.enter(`carla@${HOST}/pc`, { priority: 'none' });
    await expectKept(carla, 'carla');
    await carla.setPresence();
    if (differencesOf(stage.server).offlineAfterArchive === 'handed out')
      await expectTold(carla, ['later']);
    else for (const story of ALL) expect(toldAbout(carla, story)).toEqual([]);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { POLICIES } from '../../src/message/policy.ts';
import { type Element, element } from '../../src/protocol/xml.ts';
import { en } from '../../src/user/text/en/index.ts';
import { asked, askedByBot, command, saidByBot, say, ticksFor } from '../support/bot-chat.ts';
import { CLIENT_NS, type Client, message } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { differencesOf } from '../support/server-differences.ts';
import {
  AFTER_GRACE_MS,
  BOT,
  COMPONENT,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'own.test';
const FEED = 'xmpp-receipts:feed:1';
/** What one user may say to the bot at once, and in a minute after that. */
const PER_MINUTE = 10;
/** Nobody notices that others ask much. */
const RESPONSIVE_MS = 4000;
/** By now the bot has been silent or spoken. */
const AFTER_ANSWERS_MS = 1000;

describe('a sender who asks too much', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }],
      // As they are for everybody who sets nothing.
      questions: { gatherMs: 3000, perHour: 12 },
      receipts: { maxPerMinute: 30 },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  test('a thousand questions of one sender become a few lines with a count, and nobody else waits', async () => {
    const alice = await company.enter(`alice@${HOST}/pc`);
    const bob = await company.enter(`bob@${HOST}/phone`);
    const [carol, dave] = [
      await company.enter(`carol@${HOST}/pc`),
      await company.enter(`dave@${HOST}/pc`),
    ];
    await company.befriend(alice, bob);
    await say(bob, 'policy manual');
    const ids = Array.from({ length: 1000 }, (_, index) => `m${index}`);
    for (const id of ids) alice.ask(bob.bareJid, id);
    for (let round = 0; round < 5; round++) {
      const began = Date.now();
      await say(carol, 'policy');
      carol.ask(dave.bareJid, `between-${round}`);
      await dave.waitForMessage(`between-${round}`);
      expect(Date.now() - began).toBeLessThan(RESPONSIVE_MS);
    }
    const waiting = () => stage.store.questions.waiting(bob.bareJid as BareJid);
    const countWaiting = async () =>
      (await waiting()).reduce((sum, { messages }) => sum + messages, 0);
    await expect.poll(countWaiting, { timeout: 30_000 }).toBe(ids.length);
    await sleep(5000);
    expect(askedByBot(bob).length).toBeGreaterThan(0);
    expect(askedByBot(bob).length).toBeLessThanOrEqual(2);

    const list = await say(bob, 'questions');
    const lines = list.split('\n').filter((line) => line.includes(alice.bareJid));
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(list).toMatch(/, 9\d\d messages of \d\d:\d\d/);
    await say(bob, 'yes all');
    await expect.poll(() => tickedOf(alice).size, { timeout: 30_000 }).toBe(ids.length);
    expect(await countWaiting()).toBe(0);
    expect(tickCount(alice)).toBe(ids.length);
    const receipts = alice.received.filter(({ attrs }) => attrs['from'] === BOT);
    expect(receipts.length).toBeLessThanOrEqual(60);
  });
});

describe('the bot', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }],
      commands: { perMinute: PER_MINUTE },
      policies: { default: 'manual' },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  describe.concurrent('against abuse', () => {
    test('a user who floods the bot is told so once, and others are answered', async () => {
      const mallory = await company.enter(`mallory@${HOST}/x`);
      for (let index = 0; index < 200; index++)
        mallory.send(message({ to: BOT, id: `said-${index}`, body: 'help', asks: false }));
      await mallory.waitUntil(() => saidByBot(mallory).length > PER_MINUTE);
      await sleep(AFTER_ANSWERS_MS);
      const said = saidByBot(mallory);
      expect(said.filter((text) => text.includes('more than I can answer'))).toHaveLength(1);
      expect(said).toHaveLength(PER_MINUTE + 1);
      const refused = (await command(mallory, 'policy', { policy: 'refuse' })).getChild('error');
      expect(refused?.attrs['type']).toBe('wait');
      expect(refused?.getChild('policy-violation')).toBeDefined();
      const { policy } = await stage.store.preferences.get(mallory.bareJid as BareJid);
      expect(policy).toBeUndefined();
      expect(await say(await company.enter(`other@${HOST}/pc`), 'policy')).toContain('manual');
    });

    test('a machine that answers everything gets no endless conversation, and answers no question by accident', async () => {
      const alice = await company.enter(`alice@${HOST}/pc`);
      const robot = await company.enter(`robot@${HOST}/x`);
      await company.befriend(alice, robot);
      const silence = answerAlways(robot);
      alice.ask(robot.bareJid, 'm1');
      await robot.waitUntil(() => saidByBot(robot).length > PER_MINUTE, 8000);
      await sleep(3 * AFTER_ANSWERS_MS);
      // The question, so many answers, and that it is too much.
      expect(saidByBot(robot).length).toBeLessThanOrEqual(PER_MINUTE + 2);
      expect(await stage.store.questions.waiting(robot.bareJid as BareJid)).toHaveLength(1);
      expect(toldAbout(alice, 'm1')).toEqual(['sent']);
      silence();
    });

    test('nobody can answer a question that was put to somebody else', async () => {
      const alice = await company.enter(`asker@${HOST}/pc`);
      const bob = await company.enter(`asked@${HOST}/phone`);
      const eve = await company.enter(`eve@${HOST}/x`);
      await company.befriend(alice, bob);
      alice.ask(bob.bareJid, 'm1');
      await waitForReceipt(alice, 'm1', 'sent');
      await asked(bob);
      expect(await say(eve, 'yes 1')).toContain('No question waits');
      expect(await say(alice, 'yes all')).toContain('No question waits');
      const form = await command(eve, 'questions', { question: '1', answer: 'yes' });
      expect(form.toString()).toContain('No question waits');
      const body = element('body', {}, 'yes');
      const attrs = { from: bob.jid, to: BOT, type: 'chat', id: 'forged' };
      eve.send(element('message', attrs, body));
      await sleep(AFTER_GRACE_MS);
      expect(ticksFor(alice, 'm1')).toEqual([]);
      expect(toldAbout(alice, 'm1')).toEqual(['sent']);
      expect(await stage.store.questions.waiting(bob.bareJid as BareJid)).toHaveLength(1);
    });

    test('a user who blocked the bot is not asked, and finds the question when they ask for it', async () => {
      const alice = await company.enter(`hopeful@${HOST}/pc`);
      const bob = await company.enter(`tired@${HOST}/phone`);
      await company.befriend(alice, bob);
      await bob.block(BOT);
      alice.ask(bob.bareJid, 'm1');
      await sleep(3 * AFTER_ANSWERS_MS);
      await bob.unblock(BOT);
      expect(askedByBot(bob)).toEqual([]);
      expect(await say(bob, 'questions')).toContain(alice.bareJid);
    });

    test('nobody can set the policy of somebody else by a forged address', async () => {
      const victim = await company.register(`victim@${HOST}`);
      const eve = await company.enter(`forger@${HOST}/x`);
      const body = element('body', {}, 'policy automatic');
      for (const from of [victim, `${victim}/phone`, HOST, COMPONENT, BOT])
        eve.send(element('message', { from, to: BOT, type: 'chat' }, body));
      await sleep(AFTER_ANSWERS_MS);
      // Where the server lets it pass, it says who it was.
      const answers = { corrected: 5, 'stream ended': 0 };
      expect(saidByBot(eve)).toHaveLength(answers[differencesOf(stage.server).forgedFrom]);
      for (const account of [victim, HOST, COMPONENT, BOT])
        expect(await stage.store.preferences.get(account as BareJid)).toEqual({});
    });

    test('orders and facts that users send are refused', async () => {
      const eve = await company.enter(`imitator@${HOST}/x`);
      const victim = await company.register(`ordered@${HOST}`);
      const policies = { xmlns: FEED, part: 1, last: 'yes', version: 'x:1', default: 'automatic' };
      const order = `m1\t${eve.bareJid}\t${victim}\ttoken\tapproved`;
      const fact = `message\tm1\t${eve.bareJid}\t${victim}\taccepted 1795338025465001 may-see=yes`;
      const payloads = [
        element('policies', policies, `${victim}\tautomatic`),
        element('deliver', { xmlns: FEED }, order),
        element('facts', { xmlns: FEED, waiting: 0 }, fact),
        element('hello', { xmlns: FEED, version: 1 }),
      ];
      const addressees = [HOST, COMPONENT, BOT, victim, eve.bareJid];
      const orders = addressees.flatMap((to) =>
        payloads.map((payload) => element('iq', { type: typeFor(payload), to }, payload)),
      );
      for (const it of orders) expect((await eve.request(it)).attrs['type']).toBe('error');
      await sleep(AFTER_GRACE_MS);
      expect(ticksFor(eve, 'm1')).toEqual([]);
      await stage.expectNoRecord({ from: eve.bareJid, to: victim, id: 'm1' });
      expect(await say(eve, 'policy')).toContain('Your policy is manual');
    });
  });
});

/** Whom a stranger may try: those with a policy are online. */
const RECIPIENTS = ['online', 'offline', 'away', 'unknown', ...POLICIES] as const;

describe('a stranger', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [
        { name: 'watched.test' },
        { name: 'plain.test', receipts: false },
        { name: 'watched-unstored.test', offline: false },
        { name: 'plain-unstored.test', offline: false, receipts: false },
      ],
      domains: ['watched.test', 'watched-unstored.test'],
      policies: { tellDeclined: true },
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  async function inhabit(host: string): Promise<Client> {
    const isWatched = host.startsWith('watched');
    await company.register(`offline@${host}`);
    // With a negative priority: online, and yet it gets no messages.
    await company.enter(`away@${host}/x`, { priority: -1 });
    await company.enter(`online@${host}/x`);
    for (const policy of POLICIES) {
      const user = await company.enter(`${policy}@${host}/x`);
      if (isWatched) await say(user, `policy ${policy}`);
    }
    return company.enter(`stranger@${host}/pc`);
  }

  /** With body and without, and again and again; asking also for receipts by name. */
  async function probe(stranger: Client, host: string): Promise<void> {
    const report = element('report', {
      xmlns: 'xmpp-receipts:1',
      statuses: 'relayed sent stored delivered displayed confirmed declined failed lost expired',
    });
    const request = element('request', { xmlns: CLIENT_NS.receipts });
    for (const user of RECIPIENTS) {
      const to = `${user}@${host}`;
      stranger.ask(to, `body-${user}`);
      stranger.ask(to, `report-${user}`, { extra: [report] });
      stranger.send(element('message', { to, id: `bare-${user}`, type: 'chat' }, request));
      stranger.ask(to, `body-${user}`);
      stranger.ask(to, `body-${user}`);
    }
    await sleep(AFTER_GRACE_MS + AFTER_ANSWERS_MS);
  }

  test.each([
    ['watched.test', 'plain.test'],
    ['watched-unstored.test', 'plain-unstored.test'],
  ])(
    'a stranger who probes the users of %s learns what any server shows, and nothing else',
    async (watched, plain) => {
      const [here, there] = [await inhabit(watched), await inhabit(plain)];
      await Promise.all([probe(here, watched), probe(there, plain)]);
      const ofServer = here.received.filter(({ attrs }) => attrs['from'] !== BOT);
      expect(outline(ofServer, watched)).toEqual(outline(there.received, plain));

      // What the server returned may be told in other words; that is all.
      const returned = new Set(
        ofServer.filter(isError).map(({ attrs }) => attrs['from']?.split('@')[0] ?? ''),
      );
      expect(returned.has('unknown')).toBe(true);
      expect(returned.has('online')).toBe(false);
      for (const user of RECIPIENTS)
        expect(await learned(here, `${user}@${watched}`), user).toEqual(
          returned.has(user) ? FAILED : NOTHING,
        );
    },
  );
});

/** What a sender knows in the end. */
interface Learned {
  /** Told unasked. */
  readonly told: readonly string[];
  /** Told as `<report/>` asked. */
  readonly reported: readonly string[];
  /** Answers to queries: about both, and about a message without a body. */
  readonly queried: readonly string[];
  /** What the bot says of both. */
  readonly status: readonly string[];
}

const NOTHING: Learned = {
  told: [],
  reported: [],
  queried: ['accepted', 'accepted', 'item-not-found'],
  status: ['Accepted', 'Accepted', en.why.presenceNotSeen('them')],
};
const FAILED: Learned = {
  told: [],
  reported: ['failed'],
  queried: ['failed', 'failed', 'item-not-found'],
  status: ['Failed', 'Failed'],
};

/** All that can be had from us about the messages to one recipient. */
async function learned(client: Client, recipient: string): Promise<Learned> {
  const ids = ['body', 'report', 'bare'].map((kind) => `${kind}-${recipient.split('@')[0]}`);
  const [body = '', report = ''] = ids;
  const status = await say(client, `status ${recipient}`);
  return {
    told: toldAbout(client, body),
    reported: toldAbout(client, report),
    queried: await Promise.all(ids.map((id) => queried(client, recipient, id))),
    status: status
      .replaceAll(recipient, 'them')
      .split('\n')
      .map((line) => line.split(':')[0] ?? ''),
  };
}

/** What a query says of a message: its status, or why there is none. */
async function queried(client: Client, recipient: string, id: string): Promise<string> {
  const query = element('query', { xmlns: 'xmpp-receipts:1', id, recipient });
  const answer = await client.request(element('iq', { type: 'get', to: COMPONENT }, query));
  const receipt = answer.getChild('query')?.getChild('receipt');
  return receipt?.attrs['status'] ?? conditionIn(answer) ?? '';
}

function conditionIn(answer: Element): string | undefined {
  return answer.getChild('error')?.children.find(isElement)?.name;
}

function isElement(node: Element | string): node is Element {
  return typeof node !== 'string';
}

function isError(stanza: Element): boolean {
  return stanza.is('message') && stanza.attrs['type'] === 'error';
}

/** All messages, without what differs between two hosts of the same kind. */
function outline(received: readonly Element[], host: string): readonly string[] {
  return received
    .filter((stanza) => stanza.is('message'))
    .map((stanza) => stanza.toString().replaceAll(host, 'HOST'))
    .toSorted();
}

/** A client that answers every text of the bot by itself, until what this returns is called. */
function answerAlways(client: Client): () => void {
  let answered = 0;
  const answer = () => {
    for (; answered < saidByBot(client).length; answered++) {
      const body = answered % 2 === 0 ? 'Yes? I am not here now.' : 'No idea. I am away.';
      client.send(message({ to: BOT, id: `auto-${answered}`, body, asks: false }));
    }
  };
  const timer = setInterval(answer, 20);
  return () => clearInterval(timer);
}

function typeFor({ name }: Element): 'get' | 'set' {
  return name === 'hello' ? 'get' : 'set';
}

function tickedOf(client: Client): ReadonlySet<string> {
  return new Set(ticksIn(client));
}

function tickCount(client: Client): number {
  return ticksIn(client).length;
}

function ticksIn({ received }: Client): readonly string[] {
  return received.flatMap((stanza) =>
    stanza.is('message')
      ? (stanza.getChild('received', CLIENT_NS.receipts)?.attrs['id'] ?? [])
      : [],
  );
}

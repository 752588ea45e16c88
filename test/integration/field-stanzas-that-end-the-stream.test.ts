import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { wellFormed } from '../../src/link/well-formed.ts';
import type { BareJid } from '../../src/message/jid.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { say } from '../support/bot-chat.ts';
import { login, message } from '../support/client.ts';
import { FeedComponent } from '../support/feed-component.ts';
import { startServer } from '../support/server.ts';
import { BOT, COMPONENT, type Stage, startStage, toldAbout } from '../support/stage.ts';

const HOST = 'narrow.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
/** RFC 6120 §13.12: a server must take at least so much. */
const LEAST_BYTES = 10_000;
/** As long as an id may be, and six times as long in XML. */
const longIds = (count: number) =>
  Array.from({ length: count }, (_, n) => `${n}-`.padEnd(256, '"&'));

let stage: Stage | undefined;
let folder: string;

afterEach(async () => {
  await stage?.dispose();
  stage = undefined;
  await rm(folder, { recursive: true, force: true });
});

async function startNarrow(componentStanzaBytes: number): Promise<Stage> {
  folder = await mkdtemp(join(tmpdir(), 'receipts-'));
  stage = await startStage({
    hosts: [{ name: HOST }],
    server: { componentStanzaBytes, lua: 'limits = {}' },
    store: `sqlite:${join(folder, 'receipts.db')}`,
    daemon: false,
  });
  for (const jid of [ALICE, BOB]) await stage.server.register(jid);
  await stage.server.befriend(ALICE, BOB);
  return stage;
}

describe.each([LEAST_BYTES, 65_536])('where the server takes stanzas of %i bytes', (limit) => {
  test('receipts whose ids are long in XML are all told, and no stream ends', async () => {
    const stage = await startNarrow(limit);
    const alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
    const ids = longIds(100);
    for (const id of ids) alice.ask(BOB, id);
    await sleep(500);
    await stage.startDaemon();
    await alice.waitUntil(() => ids.every((id) => toldAbout(alice, id).includes('stored')), 20_000);
    expect(stage.said).toEqual([]);
    await alice.close();
  });

  test('2,000 policies reach it, what a user is told to hold does, and no stream ends', async () => {
    const stage = await startNarrow(limit);
    await stage.startDaemon();
    for (let n = 0; n < 2000; n++) await choose(stage, `user-${n}@${HOST}`, { policy: 'manual' });
    await stage.stopDaemon();
    await stage.server.restart();
    await stage.startDaemon();
    const bob = await login({ jid: `${BOB}/phone`, port: stage.server.ports.c2s });
    expect(await say(bob, 'policy refuse')).toContain('From now on this holds');
    expect(stage.said).toEqual([]);
    await bob.close();
  });

  test('a user whose ids, threads and names of languages are longer ends no stream', async () => {
    const stage = await startNarrow(limit);
    await stage.startDaemon();
    const alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
    for (const stanza of longStanzas('x'.repeat(limit * 1.5))) alice.send(stanza);
    expect(await say(alice, 'policy')).toContain('policy');
    const ended = stage.said.filter((line) => line.includes('ended the stream'));
    expect(ended).toEqual([]);
    await alice.close();
  });
});

/** What the component answers, with something of that length in it that it may say again. */
function longStanzas(long: string): readonly string[] {
  const info = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
  return [
    `<iq to='${COMPONENT}' type='get' id='${long}'>${info}</iq>`,
    `<iq to='${COMPONENT}' type='get' id='a'><query xmlns='http://jabber.org/protocol/disco#info' node='${long}'/></iq>`,
    `<iq to='${COMPONENT}' type='set' id='b'><unknown xmlns='x:y'>${long}</unknown></iq>`,
    `<iq to='${COMPONENT}' type='set' id='c'><command xmlns='http://jabber.org/protocol/commands' node='${long}'/></iq>`,
    `<iq to='${COMPONENT}' type='set' id='d'><command xmlns='http://jabber.org/protocol/commands' node='policy' sessionid='${long}'/></iq>`,
    `<iq to='${COMPONENT}' type='get' id='e'><query xmlns='xmpp-receipts:1' to='${BOB}' id='${long}'/></iq>`,
    `<message to='${BOT}' type='chat' id='${long}'><body>policy</body></message>`,
    `<message to='${BOT}' type='chat' id='f'><body>policy</body><thread>${long}</thread></message>`,
    `<message to='${BOT}' type='chat' id='g' xml:lang='${long}'><body>policy</body></message>`,
    `<message to='${BOT}' type='chat' id='h'><body>status ${long}@${HOST}</body></message>`,
    `<message to='${BOT}' type='chat' id='i'><body>${long}</body></message>`,
    `<presence to='${BOT}' type='subscribe' id='${long}'/>`,
  ];
}

describe('where one item alone is more than the server takes', () => {
  test('it is set aside for the strictest that was chosen, the others go, and the log names the option', async () => {
    const stage = await startNarrow(LEAST_BYTES);
    await stage.startDaemon();
    await choose(stage, BOB, { policy: 'client', exceptions: manyExceptions() });
    await choose(stage, ALICE, { policy: 'manual' });
    await stage.stopDaemon();
    await stage.startDaemon();
    await untilSaid(stage, /ended the stream.*component_stanza_size_limit.*max_stanza_size/);
    await untilSaid(stage, /the strictest of them is enforced/);
    const alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
    expect(await say(alice, 'policy refuse')).toContain('From now on this holds');
    const ends = stage.said.filter((line) => line.includes('ended the stream'));
    expect(ends.length).toBeLessThanOrEqual(2);
    const bob = await login({ jid: `${BOB}/phone`, port: stage.server.ports.c2s });
    bob.answer(ALICE, 'm1');
    bob.send(message({ to: ALICE, id: 'after', asks: false }));
    await alice.waitForMessage('after');
    expect(alice.received.some((stanza) => stanza.getChild('received') !== undefined)).toBe(false);
    await Promise.all([alice.close(), bob.close()]);
  });
});

describe('the feed', () => {
  test('no batch is over 60 KB as it is written, whatever the ids are made of', async () => {
    const server = await startServer({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
      lua: 'limits = {}',
    });
    try {
      for (const jid of [ALICE, BOB]) await server.register(jid);
      const alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
      const bob = await login({ jid: `${BOB}/phone`, port: server.ports.c2s });
      const waiting = longIds(400);
      for (const id of waiting) alice.ask(BOB, id);
      await bob.waitForMessage(waiting.at(-1) ?? '');
      const component = await FeedComponent.connect({
        domain: COMPONENT,
        port: server.ports.component,
      });
      await expect.poll(() => idsIn(component), { timeout: 20_000 }).toBe(400);
      const live = longIds(800).slice(400);
      for (const id of live) alice.ask(BOB, id);
      await expect.poll(() => idsIn(component), { timeout: 20_000 }).toBe(800);
      const sizes = component.raw.received
        .filter((stanza) => stanza.getChild('facts') !== undefined)
        .map((stanza) => Buffer.byteLength(wellFormed(stanza)));
      expect(Math.max(...sizes)).toBeLessThan(61 * 1024);
      await Promise.all([alice.close(), bob.close(), component.close()]);
    } finally {
      await server.dispose();
    }
  });
});

function idsIn(component: FeedComponent): number {
  return new Set(component.lines.filter(([kind]) => kind === 'message').map(([, id]) => id)).size;
}

async function choose({ store }: Stage, account: string, chosen: Preferences): Promise<void> {
  await store.preferences.change(account as BareJid, {
    change: () => chosen,
    now: Date.now(),
  });
}

/** One line of policies that no stanza of 10,000 bytes holds; one of them is the strictest. */
function manyExceptions(): Readonly<Record<string, 'automatic' | 'refuse'>> {
  const peers = Array.from({ length: 90 }, (_, n) => `${n}-${'x'.repeat(120)}@example.net`);
  return {
    ...Object.fromEntries(peers.map((peer) => [peer, 'automatic' as const])),
    'carol@example.net': 'refuse',
  };
}

async function untilSaid({ said }: Stage, looks: RegExp): Promise<void> {
  await expect.poll(() => said.some((line) => looks.test(line)), { timeout: 20_000 }).toBe(true);
}

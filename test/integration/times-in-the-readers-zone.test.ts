import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type SlixmppClient, type SlixmppOptions, startSlixmpp } from '../support/slixmpp.ts';
import { BOT, COMPONENT, type Stage, startStage } from '../support/stage.ts';

const HOST = 'people.test';
const INDIA = 5.5 * 3600;
const CHINA = 8 * 3600;

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ hosts: [{ name: HOST }] });
});

afterAll(async () => {
  await stage?.dispose();
});

describe('a client that says its time (XEP-0202)', () => {
  test('is asked at its full address, and times are told in its zone', async () => {
    const anna = await enter('anna', { tzo: '+05:30' });
    await say(anna, 'help');
    expect(timesAskedOf(anna)).toEqual([`${BOT} anna@${HOST}/pc`]);
    await vi.waitUntil(async () => (await say(anna, 'zone')).includes('UTC+5:30'), 10_000);
    anna.send(`zoe@${HOST}`, 'z1');
    await stage.expectStatus({ from: `anna@${HOST}`, to: `zoe@${HOST}`, id: 'z1' }, 'failed');
    const answer = await say(anna, 'status');
    expect(answer).toMatch(/your message of \d\d:\d\d UTC\+5:30/);
    expect(answer).toContain(clockIn(INDIA));
    expect(timesAskedOf(anna)).toHaveLength(1);
    await anna.close();
  });

  test('that says none is left alone', async () => {
    const bea = await enter('bea');
    for (const words of ['help', 'zone', 'zone'])
      expect(await say(bea, words)).not.toContain('as your app');
    expect(timesAskedOf(bea)).toHaveLength(1);
    await bea.close();
  });

  test('gives each of two people their own times of one message', async () => {
    const cleo = await enter('cleo', { tzo: '+05:30' });
    const dan = await enter('dan', { tzo: '+08:00', receipts: false });
    await stage.server.befriend(`cleo@${HOST}`, `dan@${HOST}`);
    await say(dan, 'policy manual');
    await vi.waitUntil(async () => (await say(dan, 'zone')).includes('UTC+8'), 10_000);
    await say(cleo, 'help');
    await vi.waitUntil(async () => (await say(cleo, 'zone')).includes('UTC+5:30'), 10_000);
    cleo.send(`dan@${HOST}`, 'c1');
    expect(await heard(dan)).toMatch(/cleo@people\.test asks .* of \d\d:\d\d UTC\+8\./);
    await say(dan, 'yes');
    await stage.expectStatus({ from: `cleo@${HOST}`, to: `dan@${HOST}`, id: 'c1' }, 'confirmed');
    const answer = await say(cleo, 'status');
    expect(answer).toMatch(/Confirmed: .* your message of \d\d:\d\d UTC\+5:30/);
    expect(textsOf(cleo).join('\n')).not.toContain('UTC+8');
    await cleo.close();
    await dan.close();
  });
});

test('a zone that was chosen goes before it, and "by" a time of day is meant there', async () => {
  const eve = await enter('eve', { tzo: '+05:30' });
  expect(await say(eve, '时区 Asia/Shanghai')).toContain('Asia/Shanghai');
  eve.send(`zoe@${HOST}`, 'e1');
  await stage.expectStatus({ from: `eve@${HOST}`, to: `zoe@${HOST}`, id: 'e1' }, 'failed');
  const soon = clockIn(CHINA, 3 * 3600);
  expect(await say(eve, `tell me if zoe has not read it by ${soon}`)).toContain(`${soon} UTC+8`);
  expect(await say(eve, 'zone Europe/Atlantis')).toContain('no time zone “Europe/Atlantis”');
  const steps = await eve.command(COMPONENT, 'receipts', { values: { zone: 'Europe/Berlin' } });
  expect(steps[0]?.fields?.['zone']?.value).toBe('Asia/Shanghai');
  expect(steps.at(-1)?.lines?.join()).toContain('Europe/Berlin');
  await eve.close();
});

test('the bot says its own time', async () => {
  const fay = await enter('fay', { tzo: 'Z' });
  for (const address of [BOT, COMPONENT]) {
    const { utc, tzo } = await fay.time(address);
    expect(Math.abs(Date.parse(utc) - Date.now())).toBeLessThan(60_000);
    expect(tzo).toMatch(/^[+-]\d\d:\d\d$/);
  }
  await fay.close();
});

async function enter(name: string, options: Partial<SlixmppOptions> = {}): Promise<SlixmppClient> {
  const jid = `${name}@${HOST}`;
  await stage.server.register(jid);
  return startSlixmpp({ jid: `${jid}/pc`, port: stage.server.ports.c2s, ...options });
}

/** Says something to the bot and resolves with what it answers. */
async function say(client: SlixmppClient, text: string): Promise<string> {
  client.send(BOT, `said: ${text}`, { body: text, asks: false });
  return heard(client);
}

async function heard(client: SlixmppClient): Promise<string> {
  const said = await client.waitForEvent(
    'message',
    ({ sender, body }) => sender === BOT && body !== '',
  );
  return said.body;
}

function textsOf(client: SlixmppClient): readonly string[] {
  return client.events.flatMap((event) => (event.event === 'message' ? [event.body] : []));
}

/** Who asked for the time, and which address. */
function timesAskedOf(client: SlixmppClient): readonly string[] {
  return client.events.flatMap((event) => {
    if (event.event !== 'stanza' || !event.xml.includes('urn:xmpp:time')) return [];
    const [, from] = /from=["']([^"']*)/.exec(event.xml) ?? [];
    const [, to] = /to=["']([^"']*)/.exec(event.xml) ?? [];
    return event.xml.includes('type="get"') ? [`${from} ${to}`] : [];
  });
}

/** The hours and minutes there, now or so many seconds later. */
function clockIn(ahead: number, later = 0): string {
  return new Date(Date.now() + (ahead + later) * 1000).toISOString().slice(11, 16);
}

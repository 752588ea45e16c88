import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { errorOf, resultOf } from '../../../src/protocol/iq.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { child, type Element } from '../../../src/protocol/xml.ts';
import { ALICE, BOB } from '../../support/facts.ts';
import { parseOne } from '../../support/xml.ts';
import { BOBS_CLIENT, Talk } from './talk.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let talk: Talk;
/** What Bob's client answers. */
let answer: (iq: Element) => Element | undefined;

beforeEach(() => {
  talk = new Talk({ 'commands.perMinute': '600' });
  answer = (iq) => timeIn(iq, '+05:30');
  const { link } = talk.desk;
  const before = link.answering;
  link.answering = (iq) => (isAsking(iq) ? answer(iq) : before(iq));
});

describe('a client that has written to the bot', () => {
  test('is asked for its time, at its own address', async () => {
    await write();
    expect(asked().map(({ attrs }) => [attrs['type'], attrs['from'], attrs['to']])).toEqual([
      ['get', 'receipts@receipts.example.org', BOBS_CLIENT],
    ]);
    expect(zoneOf(BOB)).toBe('+05:30');
    expect(zoneOf(ALICE)).toBeUndefined();
  });

  test('is not waited for', async () => {
    answer = () => undefined;
    expect(await talk.say('zone')).toContain('I do not know your time zone');
    expect(asked()).toHaveLength(1);
  });

  test('that has said it is asked again after an hour, because people travel', async () => {
    await write();
    talk.desk.pass(HOUR - MINUTE);
    await write();
    expect(asked()).toHaveLength(1);
    answer = (iq) => timeIn(iq, '-03:00');
    talk.desk.pass(2 * MINUTE);
    await write();
    expect(asked()).toHaveLength(2);
    expect(zoneOf(BOB)).toBe('-03:00');
  });

  test('has said it for a day', async () => {
    await write();
    talk.desk.pass(DAY - MINUTE);
    expect(zoneOf(BOB)).toBe('+05:30');
    talk.desk.pass(2 * MINUTE);
    expect(zoneOf(BOB)).toBeUndefined();
  });

  test.each([
    ['an error', (iq: Element) => errorOf(iq, { type: 'cancel', condition: 'not-allowed' })],
    ['nothing that is a time', (iq: Element) => resultOf(iq)],
    ['a time without an offset', (iq: Element) => timeIn(iq, '')],
    ['an offset that there is not', (iq: Element) => timeIn(iq, '+25:00')],
    ['a name', (iq: Element) => timeIn(iq, 'Europe/Berlin')],
  ])('that answers %s is left alone for a day', async (_, says) => {
    answer = says;
    await write();
    talk.desk.pass(DAY - MINUTE);
    await write();
    expect(zoneOf(BOB)).toBeUndefined();
    expect(asked()).toHaveLength(1);
    talk.desk.pass(2 * MINUTE);
    await write();
    expect(asked()).toHaveLength(2);
  });

  test('is asked again when it writes next if the link was down', async () => {
    const { link } = talk.desk;
    answer = () => undefined;
    await write();
    link.drop();
    await settled();
    link.connect();
    answer = (iq) => timeIn(iq, 'Z');
    await write();
    expect(asked()).toHaveLength(2);
    expect(zoneOf(BOB)).toBe('+00:00');
  });

  test('is not asked while its user has chosen a zone', async () => {
    await talk.desk.choose(BOB, { zone: 'Asia/Shanghai' });
    await write();
    expect(asked()).toEqual([]);
    await talk.desk.choose(BOB, {});
    await write();
    expect(asked()).toHaveLength(1);
  });

  test('is not asked if the server does not say which client it was', async () => {
    await talk.hear(
      `<message type='chat' from='${BOB}' to='receipts@receipts.example.org'><body>zone</body></message>`,
    );
    expect(asked()).toEqual([]);
  });
});

test('the clients of so many people are remembered, and the oldest forgotten', async () => {
  const { zones } = talk.desk.users;
  const first = 'u0@example.org' as BareJid;
  for (let n = 0; n < 10_001; n++) await zones.hear(`u${n}@example.org/pc`);
  expect([zones.of(first), zones.of('u10000@example.org' as BareJid)]).toEqual([
    undefined,
    '+05:30',
  ]);
});

test('what a client said is not kept in the store', async () => {
  await write();
  expect(zoneOf(BOB)).toBe('+05:30');
  expect(await talk.desk.chosenBy(BOB)).not.toHaveProperty('zone');
});

/** Something is written to the bot, and its client has answered what it was asked then. */
async function write(): Promise<void> {
  await talk.say('zone');
  await settled();
}

async function settled(): Promise<void> {
  await setTimeout(30);
}

function zoneOf(user: BareJid): string | undefined {
  return talk.desk.users.zones.of(user);
}

function asked(): readonly Element[] {
  return talk.desk.link.sent.filter(isAsking);
}

function isAsking(stanza: Element): boolean {
  return stanza.name === 'iq' && child(stanza, 'time', NS.time) !== undefined;
}

function timeIn(iq: Element, tzo: string): Element {
  const time = `<time xmlns='${NS.time}'><tzo>${tzo}</tzo><utc>2026-11-22T11:00:00Z</utc></time>`;
  return resultOf(iq, parseOne(time));
}

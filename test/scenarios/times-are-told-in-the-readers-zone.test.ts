import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { resultOf } from '../../src/protocol/iq.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, type Element, element } from '../../src/protocol/xml.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { ALICE, accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';
import { parseOne } from '../support/xml.ts';

const settings = { 'receipts.text': 'true', 'receipts.gatherTextMs': '0', disclosure: 'everyone' };
const A_MINUTE = 60_000;

beforeEach(() => {
  vi.stubEnv('TZ', 'UTC');
  return () => vi.unstubAllEnvs();
});

describe('in the zone that its reader chose', () => {
  test('a receipt tells the time of a message', async () => {
    const scene = await onStage({ settings });
    await choose(scene, ALICE, { zone: 'America/St_Johns' });
    await scene.report(keyOf('m1'), accepted(), fact('lost', 1));
    await scene.pass(1000);
    expect(wordsTo(scene, ALICE)).toEqual([
      'Lost: your message of 07:30 UTC-3:30 went out to bob@example.org but never arrived.',
    ]);
  });

  test('a question tells it, whatever the sender chose', async () => {
    const scene = await onStage({ settings });
    await choose(scene, ALICE, { zone: 'America/New_York' });
    await choose(scene, BOB, { zone: 'Asia/Shanghai', policy: 'manual' });
    await askBob(scene);
    expect(wordsTo(scene, BOB)).toEqual([expect.stringContaining('the message of 19:00 UTC+8')]);
  });

  test('a notice tells it to the sender, and a reminder to the recipient', async () => {
    const scene = await onStage({ settings: { 'receipts.statuses': 'failed' } });
    await choose(scene, ALICE, { zone: 'Europe/Berlin' });
    await choose(scene, BOB, { zone: 'Asia/Shanghai' });
    await watchedByAlice(scene);
    expect(wordsTo(scene, ALICE)).toEqual([expect.stringContaining('12:00 UTC+1')]);
    await say(scene, 'remind');
    await scene.pass(5000);
    expect(wordsTo(scene, BOB)).toEqual([
      expect.stringContaining('of their message of 19:00 UTC+8'),
    ]);
  });

  test('today is the day that it is there', async () => {
    const scene = await onStage({ settings });
    await choose(scene, ALICE, { zone: 'Pacific/Kiritimati' });
    // 22 November, 11:00 UTC: there it is 23 November since an hour.
    const twoHours = 2 * 60 * A_MINUTE * 1000;
    await scene.report(keyOf('m1'), accepted(-twoHours), fact('lost', 1));
    await scene.report(keyOf('m2'), accepted(), fact('lost', 1));
    await scene.pass(1000);
    const words = wordsTo(scene, ALICE).join('\n');
    expect(words).toContain('22 Nov, 23:00 UTC+14');
    expect(words).toContain('01:00 UTC+14');
  });

  test('"by noon" is understood, and the deadline told', async () => {
    const scene = await onStage({ settings });
    await choose(scene, ALICE, { zone: 'Asia/Shanghai' });
    await scene.report(keyOf('m1'), accepted());
    expect(await say(scene, 'tell me if bob has not read it by noon')).toContain(
      'no sign by 23 Nov, 12:00 UTC+8',
    );
    expect(await say(scene, 'tell me if bob has not read it by 19:30')).toContain(
      'no sign by 19:30 UTC+8',
    );
  });
});

test('over a change of the clocks, "by 2:30" means the next 2:30, and the two are told apart', async () => {
  const scene = await onStage({ settings });
  await choose(scene, ALICE, { zone: 'Europe/Berlin' });
  vi.setSystemTime(Date.parse('2027-10-31T00:00:00Z'));
  await scene.report(keyOf('m1'), { ...accepted(), at: scene.now, time: scene.now });
  const words = 'tell me if bob has not read it by 2:30';
  expect(await say(scene, words)).toContain('no sign by 31 Oct 2027, 02:30 UTC+2');
  await scene.pass(40 * A_MINUTE);
  expect(await say(scene, words)).toContain('no sign by 31 Oct 2027, 02:30 UTC+1');
});

describe('who chose no zone', () => {
  test('has that of the machine, which is said', async () => {
    vi.stubEnv('TZ', 'Asia/Kolkata');
    const scene = await onStage({ settings });
    expect(await say(scene, 'zone')).toContain('this server does: now it is 16:30 UTC+5:30.');
  });

  test('has that which the client says that writes to the bot', async () => {
    const scene = await onStage({ settings });
    answerTimes(scene, { [ALICE]: '-05:00' });
    await say(scene, 'help');
    expect(await say(scene, 'zone')).toBe('I tell times as your app does: now it is 06:00 UTC-5.');
    await scene.report(keyOf('m1'), accepted());
    expect(await say(scene, 'tell me if bob has not read it by noon')).toContain(
      'no sign by 12:00 UTC-5',
    );
  });

  test('and never wrote to the bot is not asked', async () => {
    const scene = await onStage({ settings });
    await choose(scene, BOB, { policy: 'manual' });
    await askBob(scene);
    expect(asked(scene)).toEqual([]);
    expect(wordsTo(scene, BOB)).toEqual([expect.stringContaining('11:00 UTC.')]);
  });

  test('is asked when a command comes by a form', async () => {
    const scene = await onStage({ settings });
    answerTimes(scene, { [ALICE]: '+05:45' });
    const command = `<command xmlns='${NS.commands}' node='receipts' action='execute'/>`;
    const to = 'receipts.example.org';
    await scene.ask(`<iq type='set' from='${ALICE}/phone' to='${to}'>${command}</iq>`);
    expect(asked(scene).map(({ attrs }) => attrs['to'])).toEqual([`${ALICE}/phone`]);
    expect(await say(scene, 'zone')).toContain('UTC+5:45');
  });
});

test('a choice goes before what the client says, and can be taken back', async () => {
  const scene = await onStage({ settings });
  answerTimes(scene, { [ALICE]: '-05:00' });
  await say(scene, 'help');
  expect(await say(scene, 'zone europe/berlin')).toBe(
    'Done.\nI tell times in the zone Europe/Berlin: now it is 12:00 UTC+1.',
  );
  expect(await say(scene, 'zone Europe/Atlantis')).toContain('no time zone “Europe/Atlantis”');
  expect(await say(scene, 'receipts')).toContain('zone Europe/Berlin: now it is 12:00 UTC+1');
  expect(await say(scene, 'zone off')).toContain('as your app does: now it is 06:00 UTC-5.');
  expect(await scene.store.preferences.get(ALICE)).not.toHaveProperty('zone');
});

test('what others hear is the same, whatever zone somebody has', async () => {
  const heard: string[] = [];
  for (const zone of [undefined, 'Asia/Shanghai']) {
    const scene = await onStage({ settings });
    answerTimes(scene, { [BOB]: '+08:00' });
    await choose(scene, BOB, { policy: 'manual', ...(zone && { zone }) });
    await say(scene, 'zone', BOB);
    await askBob(scene);
    await say(scene, 'yes', BOB);
    await scene.pass(10_000);
    await say(scene, 'status');
    await say(scene, 'why');
    heard.push(wordsTo(scene, ALICE).join('\n'));
    await scene.daemon.stop();
  }
  expect(heard[0]).toContain('11:00 UTC');
  expect(heard[1]).toBe(heard[0]);
});

async function choose(scene: Scene, user: BareJid, chosen: Preferences): Promise<void> {
  await scene.store.preferences.change(user, { change: () => chosen, now: Date.now() });
}

/** Alice's message has reached Bob's device, and he is asked about it. */
async function askBob(scene: Scene): Promise<void> {
  await scene.report(keyOf('m1'), accepted(), fact('acked', 1));
  await scene.pass(60_000);
}

/** Alice's message is watched, and its notice came. */
async function watchedByAlice(scene: Scene): Promise<void> {
  const others = scene.link.answering;
  scene.link.answering = (iq) =>
    child(iq, 'may-remind', NS.feed) === undefined
      ? others(iq)
      : resultOf(iq, element('may-remind', { xmlns: NS.feed }, 'yes'));
  scene.module.orders = 'may-remind';
  await scene.greet();
  const watched = { within: 60, until: 'displayed', maySee: true } as const;
  await scene.report(keyOf('m1'), accepted(0, watched), fact('sent', 1));
  await scene.pass(A_MINUTE + 3000);
}

/** XEP-0202: what the clients of these people answer. */
function answerTimes(scene: Scene, tzos: Readonly<Record<string, string>>): void {
  const others = scene.link.answering;
  scene.link.answering = (iq) => {
    const tzo = tzos[iq.attrs['to']?.split('/')[0] ?? ''];
    if (tzo === undefined || !isTimeRequest(iq)) return others(iq);
    const inner = `<tzo>${tzo}</tzo><utc>2026-11-22T11:00:00Z</utc>`;
    return resultOf(iq, parseOne(`<time xmlns='${NS.time}'>${inner}</time>`));
  };
}

function asked(scene: Scene): readonly Element[] {
  return scene.link.sent.filter(isTimeRequest);
}

function isTimeRequest(stanza: Element): boolean {
  return stanza.name === 'iq' && child(stanza, 'time', NS.time) !== undefined;
}

async function say(scene: Scene, text: string, from: BareJid = ALICE): Promise<string> {
  const before = scene.messages.length;
  await scene.say(
    `<message type='chat' from='${from}/phone' to='receipts@receipts.example.org' id='s${before}'><body>${text}</body></message>`,
  );
  await scene.pass(10);
  return scene.messages.at(-1)?.getChild('body')?.getText() ?? '';
}

function wordsTo(scene: Scene, user: BareJid): readonly string[] {
  return scene.messages
    .filter(({ attrs }) => attrs['to']?.split('/')[0] === user)
    .flatMap((message) => message.getChild('body')?.getText() ?? []);
}

import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { POLICIES } from '../../src/message/policy.ts';
import type { Preferences } from '../../src/receipt/preferences.ts';
import { en } from '../../src/user/text/en/index.ts';
import { blockOf } from '../support/blocks.ts';
import { ALICE, accepted, BOB, fact, keyOf, MINUTE } from '../support/facts.ts';
import { afterIntroduction } from '../support/introduced.ts';
import { BOT } from '../support/presences.ts';
import { onStage, type Scene } from '../support/scene.ts';

const UNSEEN = { unseen: true } as const;

/** What the bot answers Alice. */
async function say(scene: Scene, words: string): Promise<string> {
  const before = scene.messages.length;
  await scene.say(
    `<message type='chat' from='${ALICE}/pc' to='${BOT}'><body>${words}</body></message>`,
  );
  await scene.pass(100);
  return afterIntroduction(scene.messages[before]?.getChild('body')?.getText() ?? '');
}

/** The answer a minute after a message to Bob, and this became of it. */
async function why(facts: readonly Fact[], recipient: Preferences = {}): Promise<string> {
  const scene = await onStage();
  await scene.store.preferences.change(BOB, { change: () => recipient, now: 0 });
  await scene.report(keyOf('m1'), ...facts);
  await scene.pass(60_000);
  return say(scene, 'why did I hear nothing?');
}

test('refused, unanswered, hidden, blocked and unknown are answered in the same bytes', async () => {
  const answers = [
    await why([accepted(0, { policy: 'refuse' }), fact('sent', 1)], { policy: 'refuse' }),
    await why([accepted(0, { policy: 'manual' }), fact('acked', 1)], { policy: 'manual' }),
    await why([accepted(), { ...fact('sent', 1), ...UNSEEN } as Fact]),
    await why([accepted()]),
    ...(await whyBlocked()),
  ];
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toBe(
    `Accepted: the server took your message to ${BOB} of 11:00 UTC.\n${en.why.nothingMore}`,
  );
});

/** The server drops what is blocked, and says no more of it, whatever the recipient's policy. */
async function whyBlocked(): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const policy of POLICIES)
    answers.push(await why([accepted(0, policy === 'client' ? {} : { policy })], { policy }));
  return answers;
}

test('who does not see the presence of the recipient learns that by why, and by status', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(0, { maySee: false }), fact('stored', 1));
  await scene.pass(60_000);
  const line = en.why.presenceNotSeen(BOB);
  expect((await say(scene, 'why')).split('\n').at(-1)).toBe(line);
  expect((await say(scene, 'status')).split('\n').at(-1)).toBe(line);
});

test('who turned words off learns that', async () => {
  expect(await why([accepted(), fact('stored', 1)])).toContain(en.why.unheard['words-off']);
});

describe('who asked not to be told', () => {
  test('learns that it is none of the statuses chosen for words, and how to change that', async () => {
    const scene = await onStage();
    await say(scene, 'text failed lost');
    expect(await heardOfStored(scene, {})).toEqual([]);
    const answer = await say(scene, 'why');
    expect(answer).toMatch(/^Stored: /);
    expect(answer).toContain(en.why.unheard['not-wanted']);
    expect(answer).toContain('say “receipts”');
  });

  test('learns that the message asked for other receipts', async () => {
    const scene = await onStage({ settings: { 'receipts.text': 'true' } });
    expect(await heardOfStored(scene, { report: ['displayed'] })).toEqual([]);
    const answer = await say(scene, 'why');
    expect(answer).toMatch(/^Stored: /);
    expect(answer).toContain(en.why.unheard['not-named']);
    expect(answer).toContain('Your app asked for certain receipts only');
  });

  test('hears of it otherwise', async () => {
    const scene = await onStage();
    await say(scene, 'text on');
    expect(await heardOfStored(scene, {})).toEqual([expect.stringContaining('Stored: ')]);
  });

  /** What Alice reads within five minutes of a message that waits. */
  async function heardOfStored(
    scene: Scene,
    asks: { readonly report?: readonly string[] },
  ): Promise<readonly string[]> {
    const before = scene.messages.length;
    await scene.report(keyOf('m1'), accepted(0, asks), fact('stored', 1));
    await scene.pass(300_000);
    return scene.messages.slice(before).flatMap((it) => it.getChild('body')?.getText() ?? []);
  }
});

test("who has it by the client's own tick learns that", async () => {
  const answer = await why([accepted(), fact('sent', 1), fact('received', 2)]);
  expect(answer).toContain(en.why.unheard['app-shows-it']);
});

test.each([
  ['why no receipt from bob?', 'm1'],
  [`why ${BOB}`, 'm1'],
  [`why ${BOB} m1`, 'm1'],
  ['warum keine Bestätigung von bob?', 'm1'],
])('%s is about the message to Bob, and why alone about the last one', async (words) => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  const carol = 'carol@example.org' as typeof BOB;
  await scene.report(keyOf('m2', ALICE, carol), accepted(1000), fact('stored', 1001));
  await scene.pass(60_000);
  expect(await say(scene, words)).toContain(BOB);
  expect(await say(scene, 'why')).toContain(carol);
});

test('a message that asked for no receipt is not known, and neither is one to a stranger', async () => {
  const scene = await onStage();
  expect(await say(scene, 'why')).toBe(en.why.none);
  expect(await say(scene, 'why nobody@example.net')).toBe(en.why.none);
});

describe('what was said of the contact within the last day', () => {
  const WORDS = { 'receipts.text': 'true' };

  /** What Alice hears of a second message, ten minutes after the first, and why not more. */
  async function ofTheSecond(
    first: readonly Fact[],
    second: (at: number) => readonly Fact[],
  ): Promise<readonly string[]> {
    const scene = await onStage({ settings: WORDS });
    await scene.report(keyOf('m1'), ...first);
    await scene.pass(600_000);
    await scene.report(keyOf('m2'), ...second(10 * MINUTE));
    await scene.pass(600_000);
    const why = await say(scene, 'why');
    return [...scene.messages.map((it) => it.getChild('body')?.getText() ?? ''), why];
  }

  const stored = (after: number) => [accepted(after), fact('stored', after + 1)];

  test('that messages wait: it is said of the next one a day later', async () => {
    expect((await ofTheSecond(stored(0), stored)).at(-1)).toContain(en.why.unheard['a-day-later']);
  });

  test('that the app confirms nothing: it is not said for each message', async () => {
    const sent = (after: number) => [accepted(after), fact('sent', after + 1)];
    expect((await ofTheSecond(sent(0), sent)).at(-1)).toContain(en.why.unheard['once-a-day']);
  });

  test('of somebody who is there and hides it is the same as of somebody who is away', async () => {
    const hidden = (after: number) => [
      ...stored(after),
      { ...fact('sent', after + 2), ...UNSEEN } as Fact,
      { ...fact('acked', after + 3), ...UNSEEN } as Fact,
    ];
    const away = await ofTheSecond(stored(0), stored);
    expect(away.at(-1)).toContain(en.why.unheard['a-day-later']);
    expect(await ofTheSecond(hidden(0), stored)).toEqual(away);
    expect(await ofTheSecond(hidden(0), hidden)).toEqual(away);
    expect(await ofTheSecond(stored(0), hidden)).toEqual(away);
  });
});

test('two people who are not contacts of each other read what the guide shows', async () => {
  const shown = blockOf('docs/user-guide.md', '12:46:10 - me: why');
  const [, answer = ''] = shown.split('receipts@receipts.example.org: ');
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(106 * MINUTE, { maySee: false }));
  await scene.pass(1000);
  expect(words(await say(scene, 'why'))).toEqual(words(answer));
});

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

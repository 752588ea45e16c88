import { beforeEach, describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { ALICE, BOB, MINUTE } from '../../support/facts.ts';
import { parseOne } from '../../support/xml.ts';
import { BOT, messageOf, Talk } from './talk.ts';

const BOSS = 'boss@example.org' as BareJid;
const { answered, closed, none, takenBack, which } = en.questions;
const YES_TO_ALICE = answered.yes(messageOf('11:00 UTC'));
const NO_TO_ALICE = answered.no(messageOf('11:00 UTC'));

let talk: Talk;

beforeEach(() => {
  talk = new Talk({ 'commands.perMinute': '20' });
});

async function waiting(): Promise<readonly number[]> {
  return (await talk.desk.questionsFor(BOB)).waiting;
}

describe('a reaction to a question', () => {
  test.each([
    ['👍', YES_TO_ALICE],
    ['👍🏿', YES_TO_ALICE],
    ['✅', YES_TO_ALICE],
    ['👌', YES_TO_ALICE],
    ['❤️', YES_TO_ALICE],
    ['👎', NO_TO_ALICE],
    ['❌', NO_TO_ALICE],
  ])('with %s answers it', async (picture, words) => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    expect(await talk.react(id, picture)).toBe(words);
    expect(await waiting()).toEqual([]);
  });

  test('answers it, whatever was said in between', async () => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    await talk.say('policy');
    expect(await talk.react(id, '👍')).toBe(YES_TO_ALICE);
  });

  test.each([['😂'], ['🎉'], ['🙏'], ['🇩🇪']])(
    'with %s asks whether it means yes',
    async (picture) => {
      await talk.wait(ALICE);
      const id = await talk.ask();
      expect(await talk.react(id, picture)).toContain('Did you mean “yes 1”?');
      expect(await waiting()).toEqual([1]);
      expect(await talk.say('yes')).toBe(YES_TO_ALICE);
    },
  );

  test('with a yes and a no answers nothing, and says so', async () => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    expect(await talk.react(id, '👍', '👎')).toContain('“👍 👎”: I do not understand that.');
    expect(await waiting()).toEqual([1]);
  });

  test('that is taken back changes nothing, and is answered', async () => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    await talk.react(id, '👍');
    expect(await talk.react(id)).toBe(takenBack);
  });

  test('that changes when the question is answered changes nothing, and is answered', async () => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    await talk.react(id, '👍');
    expect(await talk.react(id, '👎')).toBe(closed);
  });

  test('of two senders asks which one is meant', async () => {
    await talk.wait(ALICE);
    await talk.wait(BOSS);
    const id = await talk.ask();
    expect(await talk.react(id, '👍')).toContain(which);
    expect(await waiting()).toEqual([1, 2]);
  });

  test('answers the questions that it is under, and no others', async () => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    await talk.wait(BOSS);
    await talk.ask();
    expect(await talk.react(id, '👍')).toBe(YES_TO_ALICE);
    expect(await waiting()).toEqual([2]);
  });

  test('that is under an old question answers no newer one with its number', async () => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    await talk.say('yes');
    talk.desk.pass(2 * 3_600_000);
    await talk.wait(BOSS, 'm1', 3 * 60 * MINUTE);
    await talk.ask();
    expect(await waiting()).toEqual([1]);
    expect(await talk.react(id, '👍')).toBe(closed);
    expect(await waiting()).toEqual([1]);
  });
});

test('a reaction to a question that an older daemon put is asked about', async () => {
  await talk.wait(ALICE);
  await talk.ask();
  const id = 'q-6f1c2a52-6a0e-4a3c-9b43-0d4b9f3f7a11-1';
  expect(await talk.react(id, '👍')).toContain('Did you mean “yes 1”?');
  expect(await waiting()).toEqual([1]);
});

test('a reaction to the list of questions, or to "Did you mean yes?", answers as well', async () => {
  await talk.wait(ALICE);
  await talk.ask();
  await talk.say('questions');
  expect(await talk.react(talk.lastId, '🎉')).toContain('Did you mean');
  expect(await talk.react(talk.lastId, '👍')).toBe(YES_TO_ALICE);
});

describe('a reaction to anything else that the bot said', () => {
  /** Neither a question nor what the bot says last. */
  async function saidBefore(): Promise<string> {
    await talk.say('policy');
    const about = talk.lastId;
    await talk.say('receipts');
    return about;
  }

  test.each([
    ['👍', 'yes', YES_TO_ALICE],
    ['👍🏿', 'yes', YES_TO_ALICE],
    ['👎', 'no', NO_TO_ALICE],
  ])('with %s is asked about while a question waits', async (picture, word, words) => {
    await talk.wait(ALICE);
    await talk.ask();
    expect(await talk.react(await saidBefore(), picture)).toContain(`Did you mean “${word}”?`);
    expect(await waiting()).toEqual([1]);
    expect(await talk.say('yes')).toBe(words);
  });

  test.each([
    ['a notice', 'watch-5f0c2f0e-7a52-4c0e-9d0b-0e6c3a4d9a11'],
    ['something that is long forgotten', 'x'],
  ])('is asked about also if that is %s', async (_, about) => {
    await talk.wait(ALICE);
    await talk.ask();
    expect(await talk.react(about, '👍')).toContain('Did you mean “yes”?');
  });

  test('is asked about also if that is a notice, which was said last', async () => {
    await talk.wait(ALICE);
    await talk.ask();
    const id = 'watch-5f0c2f0e-7a52-4c0e-9d0b-0e6c3a4d9a11';
    await talk.desk.link.send(
      parseOne(`<message id='${id}' from='${BOT}' to='${BOB}'><body>No sign</body></message>`),
    );
    expect(await talk.react(id, '👍')).toContain('Did you mean “yes”?');
  });

  test('is asked about by the senders, if several wait', async () => {
    await talk.wait(ALICE);
    await talk.wait(BOSS);
    await talk.ask();
    expect(await talk.react(await saidBefore(), '👍')).toContain(which);
    expect(await waiting()).toEqual([1, 2]);
  });

  test.each([
    ['another picture', ['🎉']],
    ['a yes and another picture', ['👍', '🎉']],
    ['a reaction that is taken back', []],
    ['a word', ['yes']],
    ['a command', ['policy refuse']],
  ])('answers nothing: %s', async (_, pictures) => {
    await talk.wait(ALICE);
    await talk.ask();
    expect(await talk.react(await saidBefore(), ...pictures)).toBeUndefined();
    expect(await waiting()).toEqual([1]);
    expect(await talk.desk.chosenBy(BOB)).toEqual({ policy: 'manual' });
  });

  test.each(['👍', '👎'])('with %s is silent where no question waits', async (picture) => {
    expect(await talk.react(await saidBefore(), picture)).toBeUndefined();
    const counted = talk.desk.counters.all();
    expect(counted['messages to the bot not read: about-another']).toBe(1);
  });

  test('is silent where the question was not shown', async () => {
    await talk.wait(ALICE);
    expect(await talk.react(await saidBefore(), '👍')).toBeUndefined();
  });
});

describe('a reply to a question', () => {
  test.each(['ok', 'got it', 'yes'])('with "%s" answers it, and no other', async (words) => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    await talk.wait(BOSS);
    await talk.ask();
    expect(await talk.reply(id, words)).toBe(YES_TO_ALICE);
    expect(await waiting()).toEqual([2]);
  });

  test('that does not wait any more answers no other question', async () => {
    await talk.wait(ALICE);
    const id = await talk.ask();
    await talk.say('yes');
    await talk.wait(BOSS);
    await talk.ask();
    expect(await talk.reply(id, 'yes')).toBe(closed);
    expect(await waiting()).toEqual([2]);
  });

  test('can hold a command', async () => {
    await talk.wait(ALICE);
    expect(await talk.reply(await talk.ask(), 'help')).toContain(en.help.intro);
  });
});

test('loose words in a reply to anything else answer nothing', async () => {
  await talk.wait(ALICE);
  await talk.say('policy');
  const about = talk.lastId;
  await talk.ask();
  expect(await talk.reply(about, 'ok')).toContain('Did you mean “yes”?');
  expect(await waiting()).toEqual([1]);
});

describe('loose words', () => {
  test('answer a question that was put last', async () => {
    await talk.wait(ALICE);
    await talk.ask();
    expect(await talk.say('ok, received')).toBe(YES_TO_ALICE);
  });

  test('after anything else are asked about, and a plain yes is enough', async () => {
    await talk.wait(ALICE);
    await talk.ask();
    await talk.say('policy');
    expect(await talk.say('ok')).toBe('Did you mean “yes”? Then say yes.');
    expect(await waiting()).toEqual([1]);
    expect(await talk.say('yes')).toBe(YES_TO_ALICE);
  });

  test('a no to "Did you mean yes?" answers nothing, and the question is put again', async () => {
    await talk.wait(ALICE);
    await talk.ask();
    await talk.say('thanks');
    const again = await talk.say('no');
    expect(again).toContain(en.questions.notAnswered);
    expect(again).toContain(en.questions.one(messageOf('11:00 UTC')));
    expect(await waiting()).toEqual([1]);
    expect(await talk.say('nah')).toBe(NO_TO_ALICE);
  });

  test('never answer a question that was not shown', async () => {
    await talk.wait(ALICE);
    expect(await talk.say('ok')).toBe(none);
    expect(await waiting()).toEqual([1]);
  });

  test('never change a policy, also if the bot asked about one', async () => {
    await talk.say('polcy refuse');
    expect(await talk.say('ok')).toContain('Did you mean “policy refuse”?');
    expect(await talk.desk.chosenBy(BOB)).toEqual({});
    expect(await talk.say('yes')).toContain('Your policy is refuse');
  });
});

describe('an answer for good', () => {
  test('answers the question, and makes an exception for its sender', async () => {
    await talk.wait(ALICE);
    await talk.ask();
    expect(await talk.say('yes, always')).toBe(
      [
        YES_TO_ALICE,
        en.questions.forGood.yes(ALICE),
        en.questions.takeBack(`policy for ${ALICE} default`),
      ].join('\n'),
    );
    expect(await waiting()).toEqual([]);
    expect(await talk.desk.chosenBy(BOB)).toEqual({
      policy: 'manual',
      exceptions: { [ALICE]: 'automatic' },
    });
  });

  test('answers all that one sender asks', async () => {
    await talk.wait(ALICE, 'm1');
    await talk.wait(ALICE, 'm2');
    await talk.ask();
    expect(await waiting()).toEqual([1, 2]);
    expect(await talk.say('yes, always')).toContain(en.questions.forGood.yes(ALICE));
    expect(await waiting()).toEqual([]);
    expect((await talk.desk.chosenBy(BOB)).exceptions).toEqual({ [ALICE]: 'automatic' });
  });

  test('that is a never refuses, and leaves the other questions alone', async () => {
    await talk.wait(ALICE);
    await talk.wait(BOSS);
    await talk.ask();
    expect(await talk.say('never for boss')).toContain(en.questions.forGood.no(BOSS));
    expect(await waiting()).toEqual([1]);
    expect((await talk.desk.chosenBy(BOB)).exceptions).toEqual({ [BOSS]: 'refuse' });
  });

  test('for several senders changes nothing', async () => {
    await talk.wait(ALICE);
    await talk.wait(BOSS);
    await talk.ask();
    expect(await talk.say('yes, always')).toContain(which);
    expect(await waiting()).toEqual([1, 2]);
    expect((await talk.desk.chosenBy(BOB)).exceptions).toBeUndefined();
  });

  test('answers nothing where the policy is locked', async () => {
    talk = new Talk({ 'policy.locked': 'true', 'policy.default': 'manual' });
    await talk.wait(ALICE);
    await talk.ask();
    expect(await talk.say('yes, always')).toBe(en.refusals.locked);
    expect(await waiting()).toEqual([1]);
  });
});

describe('silence', () => {
  const NOTICE = 'watch-5f0c2f0e-7a52-4c0e-9d0b-0e6c3a4d9a11';

  test.each(['thanks', '🙂'])('follows "%s" elsewhere while a question waits', async (words) => {
    await talk.wait(ALICE);
    await talk.ask();
    await talk.say('policy');
    expect(await talk.say(words)).toBeUndefined();
  });

  test.each(['ok', '👍', 'thanks'])('follows "%s" where no question waits', async (words) => {
    await talk.say('policy');
    expect(await talk.say(words)).toBeUndefined();
  });

  test('follows a loose word in a reply to a notice', async () => {
    await talk.wait(ALICE);
    await talk.ask();
    expect(await talk.reply(NOTICE, 'ok')).toBeUndefined();
    expect(await waiting()).toEqual([1]);
  });
});

test('several senders are told apart by their names', async () => {
  await talk.wait(ALICE);
  await talk.wait(BOSS);
  await talk.ask();
  expect(await talk.say('yes boss')).toContain(BOSS);
  expect(await waiting()).toEqual([1]);
  expect(await talk.say('no, alice')).toBe(NO_TO_ALICE);
});

test('a yes answers all that one sender asked', async () => {
  await talk.beAsked(2);
  await talk.ask();
  expect(await talk.say('yes')).toContain(en.questions.answeredSeveral.yes);
  expect(await waiting()).toEqual([]);
});

import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import type { KeptWatch } from '../../../src/store/watch-store.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { LANGUAGE_OF } from '../../../src/user/text/languages.ts';
import { accepted, BOB, fact, keyOf, MINUTE, SECOND, T0 } from '../../support/facts.ts';
import { type Asking, CAROL, command, Desk, fixedIn, optionsIn, read, valuesIn } from './desk.ts';

const DAVE = 'dave@example.org' as BareJid;
const TO_DAVE = `${DAVE} m1`;
const TO_CAROL = `${CAROL} m2`;

/** Bob wrote to Dave, and then to Carol; both messages wait. */
async function wrote(): Promise<Desk> {
  const desk = new Desk();
  await desk.learn(keyOf('m1', BOB, DAVE), accepted(), fact('stored', 1));
  await desk.learn(keyOf('m2', BOB, CAROL), accepted(MINUTE), fact('stored', MINUTE + 1));
  return desk;
}

async function filledIn(desk: Desk, asking: Asking) {
  return read(await desk.ask(command(asking)));
}

function watchesOn(desk: Desk): Promise<readonly KeptWatch[]> {
  return desk.breakable.store.watches.of(BOB);
}

/** What is watched now, as `id goal seconds`. */
async function watched(desk: Desk): Promise<readonly string[]> {
  const all = await watchesOn(desk);
  return all.map(({ key, goal, within }) => `${key.id} ${goal} ${within / SECOND}`);
}

describe('the command watch', () => {
  test('where nothing was sent, that is said at once', async () => {
    const { status, notes } = await filledIn(new Desk(), { node: 'watch' });
    expect([status, notes]).toEqual(['completed', [['info', en.status.none]]]);
  });

  test('its form offers the last messages, and the usual lengths of time', async () => {
    const { form } = await filledIn(await wrote(), { node: 'watch' });
    expect(optionsIn(form, 'message')).toEqual([
      ['last', 'The last one'],
      [TO_CAROL, 'to carol@example.net, 11:01 UTC'],
      [TO_DAVE, 'to dave@example.org, 11:00 UTC'],
    ]);
    expect(optionsIn(form, 'length')).toEqual([
      ['PT10M', '10 minutes'],
      ['PT30M', '30 minutes'],
      ['PT1H', '1 hour'],
      ['PT4H', '4 hours'],
      ['P1D', '1 day'],
    ]);
    expect(valuesIn(form)).toEqual({
      message: ['last'],
      contact: [],
      goal: ['displayed'],
      length: ['PT30M'],
      time: [],
    });
  });

  test('messages of the same minute to one contact are told apart by their seconds', async () => {
    const desk = await wrote();
    await desk.learn(keyOf('m3', BOB, CAROL), accepted(MINUTE + 7 * SECOND));
    const { form } = await filledIn(desk, { node: 'watch' });
    expect(optionsIn(form, 'message').slice(1, 3)).toEqual([
      [`${CAROL} m3`, 'to carol@example.net, 11:01:07 UTC'],
      [TO_CAROL, 'to carol@example.net, 11:01:00 UTC'],
    ]);
  });

  test.each([
    ['what is filled in already', {}, 'm2 displayed 1800'],
    ['one of the last messages', { message: TO_DAVE, goal: 'delivered' }, 'm1 delivered 1800'],
    ['the last one to a contact', { contact: DAVE, length: 'PT1H' }, 'm1 displayed 3600'],
    ['the last one to a name', { contact: 'Dave', length: 'P1D' }, 'm1 displayed 86400'],
    ['a time in words', { time: '45 minutes', length: 'PT1H' }, 'm2 displayed 2700'],
    ['a time in Chinese', { time: '一个半小时内' }, 'm2 displayed 5400'],
    ['a time of day', { time: '12:00', goal: 'confirmed' }, 'm2 confirmed 3600'],
    ['a message goes before a contact', { message: TO_CAROL, contact: DAVE }, 'm2 displayed 1800'],
  ] as const)('its form watches a message: %s', async (_, changes, expected) => {
    const desk = await wrote();
    const { form } = await filledIn(desk, { node: 'watch' });
    const fields = { ...valuesIn(form), ...changes };
    const { status, notes } = await filledIn(desk, { node: 'watch', fields });
    expect(await watched(desk)).toEqual([expected]);
    expect([status, notes]).toEqual([
      'completed',
      [['info', expect.stringContaining('I tell you if')]],
    ]);
  });

  test('a message is still the same one after others were sent', async () => {
    const desk = await wrote();
    await filledIn(desk, { node: 'watch' });
    await desk.learn(keyOf('m3', BOB, DAVE), accepted(2 * MINUTE));
    await filledIn(desk, { node: 'watch', fields: { message: TO_DAVE } });
    expect(await watched(desk)).toEqual(['m1 displayed 1800']);
  });

  test('an id may have any characters', async () => {
    const desk = new Desk();
    await desk.learn(keyOf(' <1> & %20 ', BOB, DAVE), accepted());
    const { form } = await filledIn(desk, { node: 'watch' });
    const [, [value = ''] = []] = optionsIn(form, 'message');
    await filledIn(desk, { node: 'watch', fields: { message: value } });
    expect((await watchesOn(desk)).map(({ key }) => key.id)).toEqual([' <1> & %20 ']);
  });

  test('a message of somebody else cannot be named', async () => {
    const desk = await wrote();
    await desk.learn(keyOf('m9', CAROL, BOB), accepted());
    const fields = { message: `${BOB} m9` };
    expect((await filledIn(desk, { node: 'watch', fields })).status).toBe('executing');
    expect(await desk.breakable.store.watches.of(CAROL)).toEqual([]);
  });

  test.each([
    ['a message that there is not', { message: `${DAVE} m7` }, en.watchForms.watchNotes.badMessage],
    ['a contact that is none', { contact: 'dave@' }, en.watchForms.watchNotes.badContact],
    ['a contact of two words', { contact: 'Dave Smith' }, en.watchForms.watchNotes.badContact],
    ['a goal that there is not', { goal: 'lost' }, en.watchForms.watchNotes.badChoice],
    ['a length that there is not', { length: 'P9D' }, en.watchForms.watchNotes.badChoice],
    ['no time', { time: 'soon' }, en.watchForms.watchNotes.badTime],
    ['two times', { time: '5 minutes, 10 minutes' }, en.watchForms.watchNotes.badTime],
    ['another day', { time: 'tomorrow 9:00' }, en.watchForms.watchNotes.badTime],
  ])('its form comes again: %s', async (_, fields, said) => {
    const desk = await wrote();
    const { status, notes } = await filledIn(desk, { node: 'watch', fields });
    expect([status, notes]).toEqual(['executing', [['error', said]]]);
    expect(await watched(desk)).toEqual([]);
  });

  test.each(['watch', 'why'])('a name that fits several is asked for, by %s', async (node) => {
    const desk = await wrote();
    await desk.learn(keyOf('m3', BOB, 'dana@example.org' as BareJid), accepted(2 * MINUTE));
    const { notes } = await filledIn(desk, { node, fields: { contact: 'da' } });
    expect(notes).toEqual([
      ['error', expect.stringMatching(/dana@example.org.*dave@example.org/s)],
    ]);
    expect(await watched(desk)).toEqual([]);
  });

  test('what cannot be is said as an error', async () => {
    const desk = await wrote();
    const fields = { time: '40 days' };
    const { notes } = await filledIn(desk, { node: 'watch', fields });
    expect(notes).toEqual([['error', en.watch.tooLong]]);
  });
});

describe('the command watches', () => {
  async function watching(): Promise<Desk> {
    const desk = await wrote();
    for (const message of [TO_DAVE, TO_CAROL])
      await filledIn(desk, { node: 'watch', fields: { message } });
    return desk;
  }

  /** Nothing came of the message to Dave in time. */
  async function told(): Promise<Desk> {
    const desk = await watching();
    const { watches, notices } = desk.breakable.store;
    const watch = (await watchesOn(desk)).find(({ key }) => key.id === 'm1') as KeptWatch;
    const { key } = watch;
    const proof = { key, status: 'stored', evidence: 'server', at: T0, messageAt: T0 } as const;
    await watches.expire(watch, { notice: 'watch-1', proof });
    const now = T0 / 1000;
    await notices.settle(
      await notices.claim({ now, leaseUntil: now + 1000, limit: 10, except: [] }),
    );
    return desk;
  }

  test('where nothing is watched, that is said at once', async () => {
    const { status, notes } = await filledIn(await wrote(), { node: 'watches' });
    expect([status, notes]).toEqual(['completed', [['info', en.watch.nothing]]]);
  });

  test('its form lists what was told first, and its first choice does no harm', async () => {
    const desk = await told();
    const { form } = await filledIn(desk, { node: 'watches' });
    const [first = [], second = []] = optionsIn(form, 'message');
    expect(first).toEqual([TO_DAVE, expect.stringMatching(/^I told you: dave@.*UTC$/)]);
    expect(second).toEqual([TO_CAROL, expect.stringMatching(/^carol@example.net: .*UTC$/)]);
    expect(optionsIn(form, 'answer').map(([value]) => value)).toEqual([
      'keep',
      'remind',
      'wait',
      'drop',
    ]);
    const before = await watchesOn(desk);
    await filledIn(desk, { node: 'watches', fields: valuesIn(form) });
    expect(await watchesOn(desk)).toEqual(before);
  });

  test('what is kept is listed again, each on a line of its own', async () => {
    const desk = await watching();
    const fields = { message: TO_DAVE, answer: 'keep' };
    const { notes, form } = await filledIn(desk, { node: 'watches', fields });
    expect(fixedIn(form)).toEqual([
      en.watch.listed,
      expect.stringMatching(/^carol@/),
      expect.stringMatching(/^dave@/),
    ]);
    expect(notes).toEqual([['info', en.watchForms.commands.watches.name]]);
  });

  test.each([
    ['drop', {}, 'I do not watch your message of 11:00 UTC', ['m2 displayed 1800']],
    ['wait', {}, 'I tell you if', ['m2 displayed 1800', 'm1 displayed 1800']],
    ['wait', { time: '1 hour' }, 'I tell you if', ['m2 displayed 1800', 'm1 displayed 3600']],
    ['remind', {}, en.watch.reminding(DAVE), ['m2 displayed 1800', 'm1 displayed 1800']],
  ] as const)('what was told is answered by %s %j', async (answer, changes, said, expected) => {
    const desk = await told();
    const fields = { message: TO_DAVE, answer, ...changes };
    const { notes } = await filledIn(desk, { node: 'watches', fields });
    expect(notes).toEqual([['info', expect.stringContaining(said)]]);
    expect(await watched(desk)).toEqual(expected);
  });

  test('a reminder is ordered of the message that was chosen', async () => {
    const desk = await told();
    await filledIn(desk, { node: 'watches', fields: { message: TO_DAVE, answer: 'remind' } });
    const ordered = await desk.breakable.store.reminders.ordered(['example.org'], 10);
    expect(ordered.map(({ key }) => key.id)).toEqual(['m1']);
  });

  test('what was not told yet can be dropped only', async () => {
    const desk = await told();
    for (const answer of ['remind', 'wait']) {
      const fields = { message: TO_CAROL, answer };
      const { notes } = await filledIn(desk, { node: 'watches', fields });
      expect(notes).toEqual([['error', en.watch.nothingToAnswer]]);
    }
    await filledIn(desk, { node: 'watches', fields: { message: TO_CAROL, answer: 'drop' } });
    expect(await watched(desk)).toEqual(['m1 displayed 1800']);
  });

  test.each([
    ['no message', { answer: 'drop' }, en.watchForms.watchNotes.badMessage],
    [
      'a message that is not watched',
      { message: `${DAVE} m7`, answer: 'drop' },
      en.watchForms.watchNotes.badMessage,
    ],
    [
      'an answer that there is not',
      { message: TO_DAVE, answer: 'forget' },
      en.watchForms.watchNotes.badChoice,
    ],
    [
      'no time',
      { message: TO_DAVE, answer: 'wait', time: 'long' },
      en.watchForms.watchNotes.badTime,
    ],
  ])('its form comes again: %s', async (_, fields, said) => {
    const desk = await told();
    const before = await watchesOn(desk);
    const { status, notes } = await filledIn(desk, { node: 'watches', fields });
    expect([status, notes]).toEqual(['executing', [['error', said]]]);
    expect(await watchesOn(desk)).toEqual(before);
  });
});

describe('the command watch-contact', () => {
  const RULE = { contact: 'boss@example.org', length: 'PT10M' };

  test('its form lists the rules so far', async () => {
    const desk = new Desk();
    await filledIn(desk, { node: 'watch-contact', fields: RULE });
    const { form } = await filledIn(desk, { node: 'watch-contact' });
    expect(fixedIn(form)).toEqual([
      en.watchForms.fields.watchedSoFar,
      'boss@example.org: each message, for 10 minutes',
    ]);
    expect(valuesIn(form)).toEqual({
      contact: [],
      goal: ['displayed'],
      length: ['PT30M'],
      time: [],
    });
  });

  test.each([
    ['a usual length', {}, { goal: 'displayed', within: 10 * MINUTE }],
    ['another length', { time: '90 seconds' }, { goal: 'displayed', within: 90 * SECOND }],
    [
      'what is written goes before "off"',
      { length: 'off', time: '2 min' },
      { goal: 'displayed', within: 2 * MINUTE },
    ],
    ['any sign', { goal: 'delivered' }, { goal: 'delivered', within: 10 * MINUTE }],
  ])('its form makes a rule: %s', async (_, changes, patience) => {
    const desk = new Desk();
    const fields = { ...RULE, ...changes };
    const { status, notes } = await filledIn(desk, { node: 'watch-contact', fields });
    expect(await desk.chosen()).toEqual({ watched: { 'boss@example.org': patience } });
    const said = expect.stringContaining('each message to boss@example.org');
    expect([status, notes]).toEqual(['completed', [['info', said]]]);
  });

  test('its form ends a rule, and leaves the others', async () => {
    const desk = new Desk();
    await filledIn(desk, { node: 'watch-contact', fields: RULE });
    await filledIn(desk, { node: 'watch-contact', fields: { ...RULE, contact: DAVE } });
    const fields = { contact: 'Boss', length: 'off' };
    const { notes } = await filledIn(desk, { node: 'watch-contact', fields });
    expect(notes).toEqual([['info', en.watch.ruleGone('boss@example.org')]]);
    expect(Object.keys((await desk.chosen()).watched ?? {})).toEqual([DAVE]);
  });

  test.each([
    ['no contact', { length: 'PT1H' }, en.watchForms.watchNotes.badContact],
    ['a contact that is none', { ...RULE, contact: 'a@b@c' }, en.watchForms.watchNotes.badContact],
    ['a time of day', { ...RULE, time: '18:00' }, en.watchForms.watchNotes.badLength],
    ['no time', { ...RULE, time: 'always' }, en.watchForms.watchNotes.badLength],
  ])('its form comes again: %s', async (_, fields, said) => {
    const desk = new Desk();
    const { status, notes } = await filledIn(desk, { node: 'watch-contact', fields });
    expect([status, notes]).toEqual(['executing', [['error', said]]]);
    expect(await desk.chosen()).toEqual({});
  });
});

describe('the command why', () => {
  test('where nothing was sent, that is said at once', async () => {
    const { status, notes } = await filledIn(new Desk(), { node: 'why' });
    expect([status, notes]).toEqual(['completed', [['info', en.why.none]]]);
  });

  test.each([
    ['the last message', {}, CAROL],
    ['one of the last messages', { message: TO_DAVE }, DAVE],
    ['the last one to a contact', { contact: 'Dave@example.org/phone' }, DAVE],
    ['the last one to a name', { contact: 'Dave' }, DAVE],
  ])('answers about %s', async (_, changes, recipient) => {
    const desk = await wrote();
    const { form } = await filledIn(desk, { node: 'why' });
    const fields = { ...valuesIn(form), ...changes };
    const { status, notes } = await filledIn(desk, { node: 'why', fields });
    expect(status).toBe('completed');
    expect(notes).toEqual([['info', expect.stringMatching(new RegExp(`^Stored: .*${recipient}`))]]);
  });

  test('answers about an occupant of a room', async () => {
    const desk = new Desk();
    const occupant = 'room@chat.example.org/Dave the 2nd' as BareJid;
    await desk.learn(keyOf('m1', BOB, occupant), accepted());
    const { form } = await filledIn(desk, { node: 'why' });
    const [, [message = ''] = []] = optionsIn(form, 'message');
    const { notes } = await filledIn(desk, { node: 'why', fields: { message } });
    expect(notes).toEqual([['info', expect.stringContaining('Dave the 2nd')]]);
  });

  test('a contact that is none brings the form again', async () => {
    const fields = { contact: 'dave@' };
    const { status, notes } = await filledIn(await wrote(), { node: 'why', fields });
    expect([status, notes]).toEqual([
      'executing',
      [['error', en.watchForms.watchNotes.badContact]],
    ]);
  });
});

test.each(Object.values(LANGUAGE_OF))('the forms are in $name', async ({ lang, ...language }) => {
  const desk = await wrote();
  for (const node of ['why', 'watch', 'watch-contact'] as const) {
    const { form } = await filledIn(desk, { node, lang });
    expect(form?.getChild('title')?.getText()).toBe(language.forms.commands[node].name);
  }
});

import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../../src/message/jid.ts';
import { NS } from '../../../src/protocol/namespaces.ts';
import { child, children } from '../../../src/protocol/xml.ts';
import { NUMBER_RESTS } from '../../../src/store/question-store.ts';
import { en } from '../../../src/user/text/en/index.ts';
import { ALICE, accepted, BOB, fact, HOUR, keyOf, MINUTE } from '../../support/facts.ts';
import { CAROL, command, Desk, fixedIn, optionsIn, read, valuesIn } from './desk.ts';

const DAVE = 'dave@example.org' as BareJid;

describe('the command policy', () => {
  test('the form for the policy holds the one in force', async () => {
    const desk = new Desk();
    await desk.choose(BOB, { policy: 'manual', tellDeclined: true });
    const { form } = read(await desk.ask(command({ node: 'policy' })));
    expect(valuesIn(form)).toEqual({ policy: ['manual'], 'tell-declined': ['1'] });
  });

  test('the form for the policy changes only what differs', async () => {
    const desk = new Desk();
    const fields = { policy: 'default', 'tell-declined': 'true' };
    await desk.ask(command({ node: 'policy', fields }));
    expect(await desk.chosen()).toEqual({ tellDeclined: true });
    expect(desk.counters.all()).toEqual({ commands: 2 });
  });

  test('a field that is left out of the form for the policy changes nothing', async () => {
    const desk = new Desk();
    const { status, notes, form } = read(await desk.ask(command({ node: 'policy', fields: {} })));
    expect(await desk.chosen()).toEqual({});
    expect(status).toBe('completed');
    expect(notes).toEqual([['info', fixedIn(form)[0]]]);
    expect(fixedIn(form)).toEqual([
      expect.stringMatching(/^Your policy is client: /),
      en.policy.byDefault,
      en.policy.hidesDeclined,
    ]);
  });

  test('a policy that the server does not enforce yet is answered by a warning', async () => {
    const desk = new Desk();
    desk.loseModule();
    const { notes, form } = read(
      await desk.ask(command({ node: 'policy', fields: { policy: 'refuse' } })),
    );
    expect(notes).toEqual([['warn', en.policy.changed.kept]]);
    expect(fixedIn(form)).toContainEqual(expect.stringMatching(/^Your policy is refuse: /));
    expect(await desk.chosen()).toEqual({ policy: 'refuse' });
  });

  test('the form for the policy says that it is locked, and does not ask for it', async () => {
    const desk = new Desk({ 'policy.locked': 'true' });
    const { form } = read(await desk.ask(command({ node: 'policy' })));
    expect(Object.keys(valuesIn(form))).toEqual(['tell-declined']);
    expect(fixedIn(form)).toContain(en.refusals.locked);
  });

  test('a locked policy cannot be chosen, and the rest of the form is carried out', async () => {
    const desk = new Desk({ 'policy.locked': 'true' });
    const fields = { policy: 'refuse', 'tell-declined': '1' };
    const { status, notes } = read(await desk.ask(command({ node: 'policy', fields })));
    expect(status).toBe('completed');
    expect(notes.map(([type]) => type)).toEqual(['error', 'info']);
    expect(await desk.chosen()).toEqual({ tellDeclined: true });
  });

  test.each([
    ['a policy that there is not', { policy: 'sometimes' }, en.forms.notes.badPolicy],
    ['two policies at once', { policy: ['manual', 'refuse'] }, en.forms.notes.badPolicy],
    ['neither true nor false', { 'tell-declined': 'perhaps' }, en.forms.notes.badBoolean],
  ])('the form for the policy comes again with what would work: %s', async (_, fields, said) => {
    const desk = new Desk();
    const { status, notes, form } = read(await desk.ask(command({ node: 'policy', fields })));
    expect(status).toBe('executing');
    expect(notes).toEqual([['error', expect.stringContaining(said)]]);
    expect(form?.attrs['type']).toBe('form');
    expect(form?.getChild('instructions')?.getText()).toBe(notes[0]?.[1]);
    expect(await desk.chosen()).toEqual({});
  });

  test('a form that comes again holds what was right in it', async () => {
    const fields = { policy: 'manual', 'tell-declined': 'perhaps' };
    const { form } = read(await new Desk().ask(command({ node: 'policy', fields })));
    expect(valuesIn(form)).toEqual({ policy: ['manual'], 'tell-declined': ['0'] });
  });
});

describe('the command contact-policy', () => {
  test('the form for a contact lists the exceptions so far, and its first choice does no harm', async () => {
    const desk = new Desk();
    await desk.choose(BOB, {
      exceptions: { 'alice@example.org': 'manual', 'spam.example': 'refuse' },
    });
    const { form } = read(await desk.ask(command({ node: 'contact-policy' })));
    expect(fixedIn(form)).toEqual([
      en.forms.fields.exceptions,
      en.policy.exception('alice@example.org', en.forms.policies.manual),
      en.policy.exception('spam.example', en.forms.policies.refuse),
    ]);
    expect(valuesIn(form)).toEqual({ contact: [], policy: ['default'] });
  });

  test.each([
    ['alice@example.org', 'alice@example.org'],
    [' Alice@Example.org/phone ', 'alice@example.org'],
    ['xmpp:alice@example.org?message', 'alice@example.org'],
    ['xmpp:caf%C3%A9@example.org', 'café@example.org'],
    ['xmpp:50%@example.org', '50%@example.org'],
    ['who?@example.org', 'who?@example.org'],
    ['example.net', 'example.net'],
    ['@localhost', 'localhost'],
  ])('the contact %j is read as %s', async (contact, peer) => {
    const desk = new Desk();
    await desk.ask(command({ node: 'contact-policy', fields: { contact, policy: 'refuse' } }));
    expect(await desk.chosen()).toEqual({ exceptions: { [peer]: 'refuse' } });
  });

  test('a contact whose domain has two spellings is an exception in both', async () => {
    const desk = new Desk();
    const fields = { contact: '愛麗絲@例子.公司', policy: 'refuse' };
    await desk.ask(command({ node: 'contact-policy', fields }));
    expect(await desk.chosen()).toEqual({
      exceptions: { '愛麗絲@例子.公司': 'refuse', '愛麗絲@xn--fsqu00a.xn--55qx5d': 'refuse' },
    });
  });

  test.each([
    ['no address', { contact: 'Alice Smith', policy: 'refuse' }, en.forms.notes.badPeer],
    ['a name', { contact: 'Alice', policy: 'refuse' }, en.forms.notes.badPeer],
    [
      'a link to no address',
      { contact: 'xmpp:a%20b@example.org', policy: 'refuse' },
      en.forms.notes.badPeer,
    ],
    [
      'too long',
      { contact: `${'a'.repeat(4000)}@example.org`, policy: 'refuse' },
      en.forms.notes.badPeer,
    ],
    ['two in one', { contact: 'a@b@c', policy: 'refuse' }, en.forms.notes.badPeer],
    [
      'an address without a domain',
      { contact: 'alice@', policy: 'refuse' },
      en.forms.notes.badPeer,
    ],
    ['no contact', { policy: 'refuse' }, en.forms.notes.badPeer],
    ['no policy', { contact: 'alice@example.org' }, en.forms.notes.badPolicy],
  ])('the form for a contact comes again: %s', async (_, fields, said) => {
    const desk = new Desk();
    const answer = read(await desk.ask(command({ node: 'contact-policy', fields })));
    expect(answer.status).toBe('executing');
    expect(answer.notes).toEqual([['error', expect.stringContaining(said)]]);
    expect(await desk.chosen()).toEqual({});
  });

  test('there is no form for a contact where the operator locked the policy', async () => {
    const desk = new Desk({ 'policy.locked': 'true' });
    const { status, form } = read(await desk.ask(command({ node: 'contact-policy' })));
    expect([status, form?.attrs['type']]).toEqual(['completed', 'result']);
    expect(fixedIn(form)).toContain(en.policy.locked);
  });

  test('too many exceptions for contacts are refused in words', async () => {
    const desk = new Desk();
    const many = Array.from({ length: 100 }, (_, n) => [`c${n}@example.org`, 'refuse'] as const);
    await desk.choose(BOB, { exceptions: Object.fromEntries(many) });
    const fields = { contact: 'alice@example.org', policy: 'refuse' };
    const { notes } = read(await desk.ask(command({ node: 'contact-policy', fields })));
    expect(notes).toEqual([['error', en.refusals['too-many-exceptions']]]);
    expect(Object.keys((await desk.chosen()).exceptions ?? {})).toHaveLength(100);
  });
});

describe('the command questions', () => {
  test('where no question waits, that is said at once', async () => {
    const { status, notes } = read(await new Desk().ask(command({ node: 'questions' })));
    expect([status, notes]).toEqual(['completed', [['info', en.questions.none]]]);
  });

  test('where one question waits, the first choice of its form does no harm', async () => {
    const desk = new Desk();
    await desk.wait(ALICE);
    const { form } = read(await desk.ask(command({ node: 'questions' })));
    expect(optionsIn(form, 'question')).toEqual([
      ['1', expect.stringContaining('alice@example.org')],
    ]);
    expect(optionsIn(form, 'answer').map(([value]) => value)).toEqual(['later', 'yes', 'no']);
    expect(valuesIn(form)).toMatchObject({ question: ['1'], answer: ['later'] });
  });

  test('where several questions wait, each can be chosen, or all', async () => {
    const desk = new Desk();
    await desk.wait(ALICE);
    await desk.wait(CAROL);
    const { form } = read(await desk.ask(command({ node: 'questions' })));
    expect(optionsIn(form, 'question')).toEqual([
      ['1', expect.stringContaining('alice@example.org')],
      ['2', expect.stringContaining('carol@example.net')],
      ['all', en.forms.allQuestions],
    ]);
    expect(valuesIn(form)).toMatchObject({ question: ['1'], answer: ['later'] });
  });

  test.each([
    ['2', 'no', [1], `${CAROL} gets no receipt`],
    ['all', 'yes', [], 'These senders will learn that you received'],
    ['1', 'later', [1, 2], `from ${ALICE} later`],
  ] as const)(
    'the form for questions answers question %s by %s',
    async (question, answer, stillWaiting, said) => {
      const desk = new Desk();
      await desk.wait(ALICE);
      await desk.wait(CAROL);
      const { form } = read(await desk.ask(command({ node: 'questions' })));
      const fields = { ...valuesIn(form), question, answer };
      const { status, notes } = read(await desk.ask(command({ node: 'questions', fields })));
      expect((await desk.questionsFor(BOB)).waiting).toEqual(stillWaiting);
      expect([status, notes]).toEqual(['completed', [['info', expect.stringContaining(said)]]]);
    },
  );

  test('an answer is never about a question that took the number of the one shown', async () => {
    const desk = new Desk();
    await desk.wait(ALICE);
    await desk.wait(CAROL);
    const { form } = read(await desk.ask(command({ node: 'questions' })));
    await desk.learn(keyOf('m1'), fact('approved', HOUR));
    desk.pass(NUMBER_RESTS + 1);
    await desk.deliver(keyOf('m2'), HOUR);
    await desk.breakable.store.questions.show(BOB);
    expect((await desk.questionsFor(BOB)).shown).toEqual([1, 2]);
    const fields = { ...valuesIn(form), question: '1', answer: 'yes' };
    const { status, notes } = read(await desk.ask(command({ node: 'questions', fields })));
    expect([status, notes[0]?.[0]]).toEqual(['executing', 'error']);
    expect((await desk.questionsFor(BOB)).waiting).toEqual([1, 2]);
    await desk.ask(command({ node: 'questions', fields: { ...fields, question: 'all' } }));
    expect((await desk.questionsFor(BOB)).waiting).toEqual([1]);
  });

  test('a question that came after the form does not count as shown when the form is answered', async () => {
    const desk = new Desk();
    await desk.wait(ALICE);
    await desk.ask(command({ node: 'questions' }));
    await desk.wait(CAROL);
    await desk.ask(command({ node: 'questions', fields: { question: '1', answer: 'yes' } }));
    expect(await desk.questionsFor(BOB)).toEqual({ waiting: [2], shown: [] });
  });

  test('a question that came after the form cannot be answered by it', async () => {
    const desk = new Desk();
    await desk.wait(ALICE);
    await desk.ask(command({ node: 'questions' }));
    await desk.wait(CAROL);
    const fields = { question: '2', answer: 'yes' };
    const { status, notes } = read(await desk.ask(command({ node: 'questions', fields })));
    expect([status, notes[0]?.[0]]).toEqual(['executing', 'error']);
    expect((await desk.questionsFor(BOB)).waiting).toEqual([1, 2]);
  });

  test('a form for questions that were all answered meanwhile is answered by that', async () => {
    const desk = new Desk();
    const fields = { question: '1', answer: 'yes', shown: '1-5' };
    const { status, notes } = read(await desk.ask(command({ node: 'questions', fields })));
    expect([status, notes]).toEqual(['completed', [['info', en.questions.none]]]);
    expect(desk.counters.all()).toEqual({});
  });

  test.each([
    ['no question', { answer: 'yes' }],
    ['no answer', { question: '1' }],
    ['an answer that there is not', { question: '1', answer: 'maybe' }],
    ['a question that there is not', { question: '3', answer: 'yes' }],
    ['a question that is none', { question: '1 2', answer: 'yes' }],
  ])('the form for questions comes again: %s', async (_, fields) => {
    const desk = new Desk();
    await desk.question();
    const { status, notes } = read(await desk.ask(command({ node: 'questions', fields })));
    expect([status, notes[0]?.[0]]).toEqual(['executing', 'error']);
    expect((await desk.questionsFor(BOB)).waiting).toEqual([1, 2]);
  });
});

describe('the command status', () => {
  test('the status of messages is shown as a table, and in words', async () => {
    const desk = new Desk();
    await desk.learn(keyOf('m1', BOB, DAVE), accepted(), fact('stored', MINUTE));
    const failed = fact('failed', 3 * MINUTE, { condition: 'item-not-found' });
    await desk.learn(keyOf('m2', BOB, DAVE), accepted(2 * MINUTE), failed);
    const { status, notes, form } = read(await desk.ask(command({ node: 'status', fields: {} })));
    expect(status).toBe('completed');
    expect(notes).toEqual([['info', en.forms.commands.status.name]]);
    expect(fixedIn(form)).toEqual([
      expect.stringMatching(/^Failed: .*dave@example.org/),
      expect.stringMatching(/^Stored: .*dave@example.org/),
    ]);
    expect(rowsOf(form)).toEqual([
      ['dave@example.org', 'm2', en.statusNames.failed.name, '11:03 UTC', 'item-not-found'],
      ['dave@example.org', 'm1', en.statusNames.stored.name, '11:01 UTC', ''],
    ]);
    const reported = form && child(form, 'reported', NS.forms);
    expect(reported?.getChildElements().map(({ attrs }) => [attrs['var'], attrs['label']])).toEqual(
      [
        ['recipient', en.forms.fields.recipient],
        ['id', en.forms.fields.id],
        ['status', en.forms.fields.status],
        ['at', en.forms.fields.at],
        ['condition', en.forms.fields.condition],
      ],
    );
  });

  test('the status of one message can be asked for by recipient and id', async () => {
    const desk = new Desk();
    for (const id of [' m 1', 'm1'])
      await desk.learn(keyOf(id, BOB, DAVE), accepted(), fact('stored', MINUTE));
    const { form } = read(
      await desk.ask(
        command({ node: 'status', fields: { recipient: 'Dave@example.org', id: ' m 1' } }),
      ),
    );
    expect(rowsOf(form)).toEqual([[DAVE, ' m 1', en.statusNames.stored.name, '11:01 UTC', '']]);
  });

  test('the status of no known message is said without a table', async () => {
    const { notes, form } = read(await new Desk().ask(command({ node: 'status', fields: {} })));
    expect(form).toBeUndefined();
    expect(notes).toEqual([['info', en.status.none]]);
  });

  test.each([
    ['an id without a recipient', { id: 'm1' }],
    ['a recipient that is none', { recipient: 'dave and carol' }],
  ])('the form for the status comes again as it was filled in: %s', async (_, fields) => {
    const { status, form } = read(await new Desk().ask(command({ node: 'status', fields })));
    expect(status).toBe('executing');
    expect(valuesIn(form)).toMatchObject(
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]])),
    );
  });
});

describe('the command receipts', () => {
  test('the form for receipts holds the choices in force, and offers the default', async () => {
    const { form } = read(await new Desk().ask(command({ node: 'receipts' })));
    expect(valuesIn(form)).toEqual({
      statuses: ['stored', 'failed'],
      text: ['0'],
      inWords: ['stored', 'failed'],
      language: ['en'],
      zone: [],
    });
    expect(optionsIn(form, 'statuses').map(([value]) => value)).toContain('default');
    expect(optionsIn(form, 'statuses').map(([value]) => value)).not.toContain('accepted');
    expect(optionsIn(form, 'language').map(([value]) => value)).toEqual([
      'en',
      'zh',
      'de',
      'default',
    ]);
  });

  test('the form for receipts changes nothing if it comes back as it was', async () => {
    const desk = new Desk();
    const { form } = read(await desk.ask(command({ node: 'receipts' })));
    await desk.ask(command({ node: 'receipts', fields: valuesIn(form) }));
    expect(await desk.chosen()).toEqual({});
  });

  test('the form for receipts changes all at once, and is answered in the new language', async () => {
    const desk = new Desk();
    const fields = { statuses: ['failed', 'lost'], text: '1', inWords: ['lost'], language: 'zh' };
    const answer = read(await desk.ask(command({ node: 'receipts', fields })));
    expect(await desk.chosen()).toEqual({
      statuses: ['failed', 'lost'],
      text: true,
      inWords: ['lost'],
      language: 'zh',
    });
    expect(answer.lang).toBe('zh');
    expect(answer.notes).toEqual([['info', expect.stringMatching(/\p{Script=Han}/u)]]);
  });

  test.each([
    ['a name', {}, 'europe/berlin', { zone: 'Europe/Berlin' }],
    ['an offset', { zone: 'Europe/Berlin' }, '+5:30', { zone: '+05:30' }],
    ['a place', {}, '北京时间', { zone: 'Asia/Shanghai' }],
    ['none any more', { zone: 'Europe/Berlin' }, '', {}],
  ] as const)('the form for receipts sets the zone: %s', async (_, present, zone, expected) => {
    const desk = new Desk();
    await desk.choose(BOB, present);
    const { status } = read(await desk.ask(command({ node: 'receipts', fields: { zone } })));
    expect(status).toBe('completed');
    expect(await desk.chosen()).toEqual(expected);
  });

  test('the form for receipts holds the zone that was chosen, and keeps it', async () => {
    const desk = new Desk();
    await desk.choose(BOB, { zone: 'Europe/Berlin' });
    const { form } = read(await desk.ask(command({ node: 'receipts' })));
    expect(valuesIn(form)['zone']).toEqual(['Europe/Berlin']);
    await desk.ask(command({ node: 'receipts', fields: valuesIn(form) }));
    await desk.ask(command({ node: 'receipts', fields: { text: '1' } }));
    expect(await desk.chosen()).toMatchObject({ zone: 'Europe/Berlin' });
  });

  test.each([
    ['none is wanted', {}, [], { statuses: [] }],
    ['the default again', { statuses: ['lost'] }, ['stored', 'default'], {}],
  ] as const)(
    'the form for receipts sets the statuses: %s',
    async (_, present, statuses, expected) => {
      const desk = new Desk();
      await desk.choose(BOB, present);
      await desk.ask(command({ node: 'receipts', fields: { statuses } }));
      expect(await desk.chosen()).toEqual(expected);
    },
  );

  test.each([
    ['a status that there is not', { statuses: ['stored', 'eaten'] }, en.forms.notes.badStatuses],
    ['a language that there is not', { language: 'tlh' }, en.forms.notes.badLanguage],
    ['a zone that there is not', { zone: 'Europe/Atlantis' }, 'no time zone “Europe/Atlantis”'],
  ])('the form for receipts comes again: %s', async (_, fields, said) => {
    const desk = new Desk();
    const { status, notes } = read(await desk.ask(command({ node: 'receipts', fields })));
    expect(status).toBe('executing');
    expect(notes).toEqual([['error', expect.stringContaining(said)]]);
    expect(await desk.chosen()).toEqual({});
  });
});

function rowsOf(form: ReturnType<typeof read>['form']): readonly (readonly string[])[] {
  const items = form === undefined ? [] : children(form, 'item', NS.forms);
  return items.map((item) =>
    children(item, 'field', NS.forms).map((field) => field.getChild('value')?.getText() ?? ''),
  );
}

import { expect, test } from 'vitest';
import { LANGUAGES } from '../../../src/user/commands/command.ts';
import { LANGUAGE_OF } from '../../../src/user/text/languages.ts';
import { ALICE, accepted, BOB, fact, keyOf, MINUTE } from '../../support/facts.ts';
import { CAROL, command, Desk, fixedIn, type Read, read } from './desk.ts';

/** Bob wrote two messages, has exceptions, is asked twice, and watches one message. */
async function busyDesk(): Promise<Desk> {
  const desk = new Desk({ 'commands.perMinute': '100' });
  for (const [id, after] of [['m1', 0] as const, ['m2', MINUTE] as const])
    await desk.learn(keyOf(id, BOB, CAROL), accepted(after), fact('stored', after + 1));
  await desk.choose(BOB, { policy: 'manual', exceptions: { [CAROL]: 'refuse' } });
  await desk.question();
  await filledIn(desk, 'watch', {});
  return desk;
}

async function filledIn(desk: Desk, node: string, fields: Fields, lang?: string): Promise<Read> {
  const asking = { node, fields, ...(lang !== undefined && { lang }) };
  return read(await desk.ask(command(asking)));
}

type Fields = Readonly<Record<string, string>>;

// Converse.js runs the lines of a note together.
const LONG: readonly (readonly [string, Fields])[] = [
  ['policy', { policy: 'automatic' }],
  ['policy', {}],
  ['contact-policy', { contact: ALICE, policy: 'refuse' }],
  ['questions', { question: 'all', answer: 'later' }],
  ['status', {}],
  ['why', {}],
  ['watches', { message: `${CAROL} m2`, answer: 'keep' }],
  ['receipts', { text: '1' }],
];

test.each(LONG)('%s with %j is answered in lines, and a note of one line', async (node, fields) => {
  for (const lang of LANGUAGES) {
    const { status, notes, form } = await filledIn(await busyDesk(), node, fields, lang);
    expect([status, notes.length]).toEqual(['completed', 1]);
    expect(notes[0]?.[1]).toMatch(/^.+$/);
    expect(form?.attrs['type']).toBe('result');
    const { commands } = LANGUAGE_OF[lang].forms;
    expect(form?.getChild('title')?.getText()).toBe(commands[node as keyof typeof commands].name);
    expect(fixedIn(form).length).toBeGreaterThan(1);
    for (const line of fixedIn(form)) expect(line).toMatch(/^.+$/);
  }
});

test('what is said in one line has no form', async () => {
  const { notes, form } = await filledIn(await busyDesk(), 'watch', { time: '5 minutes' });
  expect(notes).toEqual([['info', expect.stringMatching(/^I tell you if .+$/)]]);
  expect(form).toBeUndefined();
});

test('a policy with very many exceptions fits into the shortest stanza that servers allow', async () => {
  const desk = await busyDesk();
  const each = (n: number) => [`contact-${n}@example.net`, 'manual'] as const;
  const exceptions = Object.fromEntries(Array.from({ length: 100 }, (_, n) => each(n)));
  await desk.choose(BOB, { exceptions });
  const answer = await desk.ask(command({ node: 'policy', fields: { policy: 'automatic' } }));
  expect(Buffer.byteLength(answer.toString())).toBeLessThanOrEqual(10_000);
  expect(fixedIn(read(answer).form).at(-1)).toBe(LANGUAGE_OF.en.policy.hidesDeclined);
});

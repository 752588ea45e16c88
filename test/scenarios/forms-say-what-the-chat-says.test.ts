import { describe, expect, test } from 'vitest';
import type { Fact } from '../../src/message/fact.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { child, children, type Element, element } from '../../src/protocol/xml.ts';
import { ALICE, accepted, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';
import { answersReminders, noticesOf, remindedBy, saidBy } from '../support/watched.ts';

const SILENT = { 'receipts.statuses': 'failed' };
const A_MINUTE = 60_000;

type Fields = Readonly<Record<string, string>>;

async function command(scene: Scene, node: string, fields?: Fields): Promise<Element> {
  const each = Object.entries(fields ?? {}).map(([name, value]) =>
    element('field', { var: name }, element('value', {}, value)),
  );
  const form = element('x', { xmlns: NS.forms, type: 'submit' }, ...each);
  const attrs = { xmlns: NS.commands, node };
  const asked = element('command', attrs, ...(fields === undefined ? [] : [form]));
  const to = 'receipts@receipts.example.org';
  return scene.ask(element('iq', { type: 'set', from: `${ALICE}/pc`, to }, asked));
}

/** What a command says to a form: the lines of a page, or a note of one line. */
async function saidTo(scene: Scene, node: string, fields: Fields): Promise<string> {
  const said = child(await command(scene, node, fields), 'command', NS.commands);
  if (said === undefined) return '';
  const page = child(said, 'x', NS.forms);
  if (page === undefined) return said.getChild('note')?.getText() ?? '';
  const lines = children(page, 'field', NS.forms);
  return lines.map((line) => line.getChildText('value')).join('\n');
}

async function say(scene: Scene, text: string): Promise<string> {
  const before = scene.messages.length;
  await scene.say(
    `<message type='chat' from='${ALICE}/phone' to='receipts@receipts.example.org' id='s${before}'><body>${text}</body></message>`,
  );
  return scene.messages.at(-1)?.getChild('body')?.getText() ?? '';
}

async function sent(facts: readonly Fact[]): Promise<Scene> {
  const scene = await onStage({ settings: SILENT });
  answersReminders(scene, 'policy');
  await scene.greet();
  await scene.report(keyOf('m1'), ...facts);
  return scene;
}

const SEEN = [accepted(0, { maySee: true }), fact('stored', 1)];

test.each([
  ['why', {}, 'why'],
  ['why', { contact: 'bob' }, 'why bob'],
  ['why', { contact: 'bob@example.org' }, 'why bob@example.org'],
  ['why', { contact: 'carol@example.org' }, 'why carol@example.org'],
  ['watch', { time: '5 minutes' }, 'tell me if they have not read it in 5 minutes'],
  [
    'watch',
    { contact: 'bob', goal: 'confirmed', length: 'PT1H' },
    'tell me if bob has not confirmed it in 1 hour',
  ],
  [
    'watch',
    { contact: 'carol', time: '5 minutes' },
    'tell me if carol has not read it in 5 minutes',
  ],
  ['watch', { time: '40 days' }, 'tell me if they have not read it in 40 days'],
  [
    'watch-contact',
    { contact: 'boss@example.org', goal: 'delivered', length: 'PT10M' },
    'watch boss@example.org 10 minutes',
  ],
  [
    'watch-contact',
    { contact: 'boss@example.org', length: 'off' },
    'stop watching boss@example.org',
  ],
])('the command %s with %j says what the chat says to "%s"', async (node, fields, words) => {
  const inChat = await say(await sent(SEEN), words);
  const inForm = await saidTo(await sent(SEEN), node, fields);
  expect(inForm).toBe(inChat);
});

describe('a message that was watched by a form', () => {
  async function noticed(facts: readonly Fact[] = SEEN): Promise<Scene> {
    const scene = await sent(facts);
    await saidTo(scene, 'watch', { time: '60 seconds' });
    await scene.pass(A_MINUTE + 3000);
    return scene;
  }

  const message = 'bob@example.org m1';

  test('brings a notice if nobody read it in time', async () => {
    const scene = await noticed();
    expect(saidBy(scene)).toEqual([expect.stringContaining('No sign so far')]);
  });

  test('brings none if it was read in time', async () => {
    const scene = await noticed([...SEEN, fact('displayed', 2)]);
    expect(saidBy(scene)).toEqual([]);
  });

  test.each([
    ['remind', {}, 'remind'],
    ['wait', {}, 'wait'],
    ['wait', { time: '2 hours' }, 'wait 2 hours'],
    ['drop', {}, 'drop'],
  ])('the answer %s %j to it says what the chat says', async (answer, fields, words) => {
    const inChat = await say(await noticed(), words);
    const inForm = await saidTo(await noticed(), 'watches', { message, answer, ...fields });
    expect(inForm).toBe(inChat);
  });

  test('is reminded of by a form, once', async () => {
    const scene = await noticed();
    answersReminders(scene, 'yes');
    for (let times = 0; times < 2; times++)
      expect(await saidTo(scene, 'watches', { message, answer: 'remind' })).toBe(
        'I remind bob@example.org if I can.',
      );
    await scene.pass(5000);
    expect(remindedBy(scene)).toEqual(['bob@example.org']);
  });
});

/** Nobody may hear of what is withheld, neither by a form nor by what follows. */
test('what the sender may not know shows in no form', async () => {
  const nothing = accepted(0, { maySee: false });
  const refused = accepted(0, { policy: 'refuse', maySee: false });
  const cases: readonly (readonly Fact[])[] = [
    [nothing],
    [nothing, fact('sent', 1), fact('acked', 2)],
    [refused, fact('sent', 1), { ...fact('received', 3), withheld: true } as Fact],
    [refused, fact('sent', 1), { ...fact('displayed', 4), withheld: true } as Fact],
    [
      nothing,
      { ...fact('sent', 1), unseen: true } as Fact,
      { ...fact('acked', 2), unseen: true } as Fact,
    ],
  ];
  const seen: string[] = [];
  for (const facts of cases) {
    const scene = await sent(facts);
    seen.push((await everything(scene)).join('\n'));
    await scene.daemon.stop();
  }
  expect(seen[0]).toContain('Accepted: the server took your message');
  for (const other of seen) expect(other).toBe(seen[0]);
});

/** All that a sender can get out of the forms, before the deadline and after it. */
async function everything(scene: Scene): Promise<readonly string[]> {
  const message = 'bob@example.org m1';
  const steps: readonly (() => Promise<Element>)[] = [
    () => command(scene, 'why'),
    () => command(scene, 'why', { message }),
    () => command(scene, 'watch'),
    () => command(scene, 'watch', { message, time: '60 seconds' }),
    () => command(scene, 'watches'),
    () => command(scene, 'watches', { message, answer: 'keep' }),
    async () => {
      await scene.pass(A_MINUTE + 3000);
      return command(scene, 'watches');
    },
    () => command(scene, 'watches', { message, answer: 'remind' }),
    () => command(scene, 'watches', { message, answer: 'wait' }),
    () => command(scene, 'watches', { message, answer: 'drop' }),
  ];
  const answers: string[] = [];
  for (const step of steps) answers.push(withoutIds(await step()));
  return [...answers, ...noticesOf(scene).map(withoutIds)];
}

function withoutIds(stanza: Element): string {
  return stanza.toString().replace(/ (id|sessionid)="[^"]*"/g, '');
}

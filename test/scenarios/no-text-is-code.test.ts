import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { NS } from '../../src/protocol/namespaces.ts';
import { element } from '../../src/protocol/xml.ts';
import { accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { COMPONENT, onStage, receiptsIn } from '../support/scene.ts';

// Addresses, ids, resources and what people write are data: for the database, in XML, and in the log.

const BOT = `receipts@${COMPONENT}`;
const ALICE = 'alice@example.org/pc';

const TRICKS = [
  `'; DROP TABLE messages; --`,
  `" OR 1=1; DELETE FROM receipts; /*`,
  `$1 ? :name @name %s \\`,
  `</receipt></message></xml><iq type='set'/>`,
  `]]><!-- <![CDATA[ &amp; &lt; &#0;`,
  'a\n{"level":60,"msg":"forged"}',
  'tab\there\r\nand\u0085there',
  'bell\u0007 escape\u001b[31m null\ufffd',
  '\u202eright\u2066to\u2069left\u202c',
  '%0A%00%25',
  '__proto__',
];

test.each(TRICKS)('a message whose id is %j is kept and told as such', async (id) => {
  const scene = await onStage();
  const key = keyOf(id);
  await scene.report(key, accepted(), fact('stored', 1, { resource: id }));
  await scene.pass(1000);
  expect((await scene.store.records.find(key))?.tracked.key).toEqual(key);
  expect(scene.messages.flatMap(receiptsIn).map(({ attrs }) => attrs['id'])).toEqual([wire(id)]);
  const query = element('query', { xmlns: NS.receipts, id, recipient: BOB });
  const iq = element('iq', { type: 'get', from: ALICE, to: COMPONENT }, query);
  const answer = await scene.ask(iq);
  expect(answer.getChild('query')?.getChild('receipt')?.attrs['id']).toBe(wire(id));
  expect(scene.complaints).toEqual([]);
});

test.each(TRICKS)('a recipient whose localpart is %j is kept and told as such', async (local) => {
  const scene = await onStage();
  const recipient = `${local.replaceAll('/', '')}@example.net` as BareJid;
  const key = keyOf('m1', undefined, recipient);
  await scene.report(key, accepted(), fact('failed', 1));
  await scene.pass(1000);
  expect((await scene.store.records.find(key))?.tracked.key).toEqual(key);
  const [receipt] = scene.messages.flatMap(receiptsIn);
  expect(receipt?.attrs['recipient']).toBe(wire(recipient));
});

test.each(TRICKS)(
  '%j said to the bot is words, and what the answer repeats of it is text',
  async (said) => {
    const scene = await onStage();
    await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
    await scene.link.receive(
      element('message', { type: 'chat', from: ALICE, to: BOT }, element('body', {}, said)),
    );
    await scene.pass(100);
    const [answer] = scene.messages.filter(({ attrs }) => attrs['to'] === ALICE);
    expect(answer?.children.map((child) => typeof child !== 'string' && child.name)).toEqual([
      'body',
    ]);
    expect(answer?.getChild('body')?.children.every((child) => typeof child === 'string')).toBe(
      true,
    );
    expect(await scene.store.records.find(keyOf('m1'))).toBeDefined();
    expect(JSON.stringify(scene.lines)).not.toContain(JSON.stringify(said).slice(1, -1));
  },
);

/** XML 1.0 §2.2: what no XML can hold is replaced. */
function wire(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\ufffd');
}

import { expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import { conditionOf } from '../../src/protocol/iq.ts';
import { accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { onStage } from '../support/scene.ts';

const U_LABEL = 'ann@bücher.test' as BareJid;
const A_LABEL = 'ann@xn--bcher-kva.test' as BareJid;

test('an answer from the other spelling of the recipient’s domain is an answer to the message', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1', undefined, U_LABEL), accepted(0), fact('relayed', 1));
  await scene.report(keyOf('m1', undefined, A_LABEL), fact('received', 2));
  const found = await scene.store.records.find(keyOf('m1', undefined, U_LABEL));
  expect(found?.tracked.record.facts.map(({ kind }) => kind)).toEqual([
    'accepted',
    'relayed',
    'received',
  ]);
});

test('a tick is ordered for the sender as the recipient’s server writes it', async () => {
  const settings = { 'policy.default': 'automatic', disclosure: 'everyone' };
  const scene = await onStage({ settings });
  await scene.report(keyOf('m1', A_LABEL, BOB), accepted(0, { token: 'token1' }), fact('acked', 1));
  await scene.pass(20_000);
  expect(scene.ordered).toEqual([`m1\t${A_LABEL}\t${BOB}\ttoken1\tacked`]);
});

test('an account that is deleted under the other spelling of its domain is forgotten', async () => {
  const scene = await onStage({ settings: { domains: 'xn--bcher-kva.test' } });
  await scene.store.preferences.change(A_LABEL, { change: () => ({ policy: 'refuse' }), now: 1 });
  const lines = ['deleted\t1999999999999999\tann@bücher.test'];
  await scene.feed(lines, { from: 'xn--bcher-kva.test' });
  expect(await scene.store.preferences.get(A_LABEL)).toEqual({});
});

test('a module that spells a configured domain in another way is refused, and the log says what to write', async () => {
  const scene = await onStage({ settings: { domains: 'bücher.test' } });
  const before = scene.complaints.length;
  for (let hellos = 0; hellos < 2; hellos += 1) {
    const answer = await scene.ask(
      `<iq type='get' from='xn--bcher-kva.test' to='receipts.example.org'><hello xmlns='xmpp-receipts:feed:1' version='1'/></iq>`,
    );
    expect(conditionOf(answer)).toBe('not-allowed');
  }
  expect(scene.complaints.slice(before)).toEqual([
    'xn--bcher-kva.test is the spelling that its server has for bücher.test, and the server knows no other: write "xn--bcher-kva.test" in "domains" instead of "bücher.test"; until then nothing can be told about its users',
  ]);
});

test('a module of a domain that is not configured is named once, with what to write', async () => {
  const scene = await onStage();
  for (const from of ['example.net', 'example.net', 'mallory@example.org', 'example.org/x'])
    await scene.ask(
      `<iq type='get' from='${from}' to='receipts.example.org'><hello xmlns='xmpp-receipts:feed:1' version='1'/></iq>`,
    );
  expect(scene.complaints).toEqual([
    'example.net has mod_receipts for our component, but is not in "domains": if it is a host of our server, add "example.net" to "domains"; until then nothing can be told about its users',
  ]);
});

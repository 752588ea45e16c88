import { expect, test } from 'vitest';
import { conditionOf } from '../../src/protocol/iq.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage } from '../support/scene.ts';

const LINE = messageLine(keyOf('m1'), [accepted(), fact('stored', 1)]);

test.each([
  'mallory@example.org/x',
  'mallory@example.org',
  'example.org/x',
  'example.net',
  'EXAMPLE.net',
])('facts of %s are refused and counted', async (from) => {
  const scene = await onStage();
  const answer = await scene.feed([LINE], { from });
  expect(conditionOf(answer)).toBe('not-allowed');
  expect(await scene.store.records.find(keyOf('m1'))).toBeUndefined();
  expect(scene.messages).toEqual([]);
  expect(scene.daemon.counters.all()).toEqual({ 'stanzas from strangers refused': 1 });
});

test('a hello of a domain that is not configured is refused, with the reason', async () => {
  const scene = await onStage();
  const answer = await scene.ask(
    `<iq type='get' from='example.net' to='receipts.example.org'><hello xmlns='xmpp-receipts:feed:1' version='1'/></iq>`,
  );
  expect(answer.getChild('error')?.getChild('text')?.getText()).toBe(
    'example.net is not among the configured domains (example.org)',
  );
});

test('a server is believed about its own users only', async () => {
  const scene = await onStage({ settings: { domains: 'example.org,example.net' } });
  await scene.report(keyOf('m1'), accepted());
  await scene.feed([messageLine(keyOf('m1'), [fact('stored', 1)])], { from: 'example.net' });
  await scene.feed(['deleted\t9999999999999999\talice@example.org'], { from: 'example.net' });
  expect(scene.told).toEqual([]);
  expect((await scene.store.records.find(keyOf('m1')))?.tracked.record.facts).toHaveLength(1);
  expect(scene.daemon.counters.all()).toMatchObject({ 'bad items: not readable': 2 });
});

test('the facts of two configured servers about one message are both believed', async () => {
  const scene = await onStage({ settings: { domains: 'a.example,b.example' } });
  const sent = (facts: string) => `message\tm1\talice@a.example\tbob@b.example\t${facts}`;
  const at = (after: number) => accepted(after).at;
  await scene.feed([sent(`accepted ${at(0)} type=chat\trelayed ${at(1)}`)], { from: 'a.example' });
  await scene.pass(6000);
  expect(scene.told).toEqual(['m1 relayed']);
  await scene.feed(
    [sent(`accepted ${at(2)} type=chat may-see=yes\tstored ${at(3)} where=offline`)],
    {
      from: 'b.example',
    },
  );
  expect(scene.told).toEqual(['m1 relayed', 'm1 stored']);
});

test('a request that we do not understand is answered by service-unavailable', async () => {
  const scene = await onStage();
  for (const [type, payload] of [
    ['set', `<query xmlns='xmpp-receipts:1'/>`],
    ['get', `<facts xmlns='xmpp-receipts:feed:1'/>`],
    ['get', `<query xmlns='jabber:iq:last'/>`],
  ]) {
    const answer = await scene.ask(
      `<iq type='${type}' from='example.org' to='receipts.example.org'>${payload}</iq>`,
    );
    expect(conditionOf(answer)).toBe('service-unavailable');
  }
});

test('a request without exactly one child is refused, whatever the children are', async () => {
  const scene = await onStage();
  const ping = `<ping xmlns='urn:xmpp:ping'/>`;
  for (const payload of ['', ping + ping, `<a xmlns='b'/>${ping}`]) {
    const answer = await scene.ask(
      `<iq type='get' from='alice@example.org/a' to='receipts.example.org'>${payload}</iq>`,
    );
    expect(conditionOf(answer)).toBe('bad-request');
  }
});

test('a request to an address that does not exist is refused', async () => {
  const scene = await onStage();
  const answer = await scene.ask(
    `<iq type='get' from='alice@example.org/a' to='nobody@receipts.example.org'><ping xmlns='urn:xmpp:ping'/></iq>`,
  );
  expect(conditionOf(answer)).toBe('service-unavailable');
});

test('of the domains of strangers that say hello a hundred are named in the log, and all are counted', async () => {
  const scene = await onStage();
  for (let n = 0; n < 130; n += 1)
    await scene.ask(
      `<iq type='get' from='s${n}.example.net' to='receipts.example.org'><hello xmlns='xmpp-receipts:feed:1' version='1'/></iq>`,
    );
  const named = scene.complaints.filter((line) => line.includes('is not in "domains"'));
  // The one that is configured is known already.
  expect(named.length).toBe(99);
  expect(scene.daemon.counters.all()).toEqual({ 'stanzas from strangers refused': 130 });
});

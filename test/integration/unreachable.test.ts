import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { differencesOf } from '../support/server-differences.ts';
import { expectTold, type Stage, startStage, toldAbout } from '../support/stage.ts';

const HOST = 'reach.test';
const ALICE = `alice@${HOST}`;

describe('an unreachable recipient', () => {
  let stage: Stage;
  let alice: Client;
  let blocker: Client;
  const port = () => stage.server.ports.c2s;
  const to = (user: string) => `${user}@${HOST}`;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }],
      receipts: { expireAfterMs: 1500 },
    });
    for (const user of ['alice', 'bob', 'blocker']) await stage.server.register(to(user));
    for (const user of ['bob', 'blocker']) await stage.server.befriend(ALICE, to(user));
    alice = await login({ jid: `${ALICE}/pc`, port: port() });
    blocker = await login({ jid: `${to('blocker')}/phone`, port: port(), autoReceipt: true });
    await blocker.block(ALICE);
  });

  afterAll(() => stage?.dispose());

  test('a message to an account that does not exist has failed, and the sender hears it from the server alone', async () => {
    alice.ask(to('nobody'), 'unknown');
    expect((await alice.waitForMessage('unknown')).attrs['type']).toBe('error');
    await stage.expectStatus({ from: ALICE, to: to('nobody'), id: 'unknown' }, 'failed');
    await expectTold(alice, 'unknown', []);
  });

  test('a recipient who blocked the sender looks to the byte like one who does not exist', async () => {
    const isBounced = differencesOf(stage.server).blocked === 'bounced';
    const seen: string[] = [];
    for (const user of ['nobody', 'blocker']) {
      const since = alice.mark();
      const report = element('report', {
        xmlns: 'xmpp-receipts:1',
        statuses: 'sent stored delivered failed expired',
      });
      alice.ask(to(user), `same-${user}`, { extra: [report] });
      await expectTold(alice, `same-${user}`, user === 'nobody' || isBounced ? ['failed'] : []);
      seen.push(
        ...alice.received.slice(since).map((stanza) => withoutIds(stanza.toString(), user)),
      );
      seen.push('--');
    }
    const [nobody, blocked] = [
      seen.slice(0, seen.indexOf('--')),
      seen.slice(seen.indexOf('--') + 1, -1),
    ];
    // Prosody 13 drops what is blocked in silence: then nothing of ours may speak of it either.
    expect(blocked).toEqual(isBounced ? nobody : []);
  });

  test('nothing is told of a message to the full JID of a recipient who blocked the sender, not even that it expired', async () => {
    alice.ask(`${to('blocker')}/phone`, 'dropped');
    const sent = { from: ALICE, to: to('blocker'), id: 'dropped' };
    const isBounced = differencesOf(stage.server).blockedFullJid === 'bounced';
    const expected = isBounced ? 'failed' : 'accepted';
    await stage.expectStatus(sent, expected);
    await expectTold(alice, 'dropped', []);
    await expectTold(alice, 'dropped', []);
    await stage.expectStatus(sent, expected);
  });

  test('a message to a recipient whom the sender herself blocks is no message: only its error is noted', async () => {
    const dave = await login({ jid: `${ALICE}/other`, port: port() });
    await dave.block(to('bob'));
    dave.ask(to('bob'), 'own-block');
    await dave.waitForMessage('own-block');
    // What an error answers it does not say, so that the server reports each.
    const sent = { from: ALICE, to: to('bob'), id: 'own-block' };
    await expect.poll(() => stage.kindsOf(sent), { timeout: 20_000 }).toEqual(['failed']);
    await dave.unblock(to('bob'));
    await dave.close();
  });

  test('a message to a server that is not there has failed', async () => {
    alice.ask('carol@nowhere.invalid', 'no-server');
    expect((await alice.waitForMessage('no-server', { ms: 20_000 })).attrs['type']).toBe('error');
    await stage.expectStatus(
      { from: ALICE, to: 'carol@nowhere.invalid', id: 'no-server' },
      'failed',
    );
    await expectTold(alice, 'no-server', []);
  });

  test('a message expires when its recipient stays away for longer than the operator waits', async () => {
    alice.ask(to('bob'), 'long-away');
    const sent = { from: ALICE, to: to('bob'), id: 'long-away' };
    await stage.expectStatus(sent, 'stored');
    await stage.expectStatus(sent, 'expired');
    await expectTold(alice, 'long-away', ['stored', 'expired']);
    const bob = await login({ jid: `${to('bob')}/phone`, port: port() });
    await stage.expectStatus(sent, 'delivered by stream');
    await bob.close();
    expect(toldAbout(alice, 'long-away')).toContain('expired');
  });
});

/** What differs between any two messages. */
function withoutIds(stanza: string, user: string): string {
  return stanza
    .replaceAll(user, 'USER')
    .replaceAll(/ id="r-[^"]*"/g, ' id="R"')
    .replaceAll(/ at="[^"]*"/g, ' at="T"')
    .replaceAll(/ stamp='[^']*'| stamp="[^"]*"/g, ' stamp="T"');
}

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { Company } from '../support/company.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const OFFLINE = 'http://jabber.org/protocol/offline';

const COUNT_OFFLINE = {
  lua: 'return 0',
  erlang: '[User, Host] = Args, mod_offline:count_offline_messages(User, Host)',
};

const EMPTY_OFFLINE = {
  lua: '',
  erlang: '[User, Host] = Args, mod_offline:remove_user(User, Host), ok',
};

describe('an offline store on ejabberd', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({ hosts: [{ name: 'offline.test' }] });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  test('a message that its recipient’s client purges unread (XEP-0013) is lost, and that is told when the client comes online', async () => {
    const alice = await company.enter('alice@offline.test/pc');
    const bob = await company.register('bob@offline.test');
    await stage.server.befriend(alice.bareJid, bob);
    alice.ask(bob, 'purged');
    await waitForReceipt(alice, 'purged', 'stored');
    const phone = await company.enter(`${bob}/phone`, { priority: 'none' });
    await phone.request(
      element(
        'iq',
        { type: 'get' },
        element('query', { xmlns: 'http://jabber.org/protocol/disco#info', node: OFFLINE }),
      ),
    );
    const purge = element('offline', { xmlns: OFFLINE }, element('purge', {}));
    const answer = await phone.request(element('iq', { type: 'set' }, purge));
    expect(answer.attrs['type']).toBe('result');
    await expectTold(alice, 'purged', ['stored']);
    await phone.setPresence();
    await waitForReceipt(alice, 'purged', 'lost');
    await expectTold(alice, 'purged', ['stored', 'lost']);
  });

  test('a message that has expired by jabber:x:expire is lost', async () => {
    const alice = await company.enter('anna@offline.test/pc');
    const bob = await company.register('bert@offline.test');
    await stage.server.befriend(alice.bareJid, bob);
    alice.ask(bob, 'expired', {
      extra: [element('x', { xmlns: 'jabber:x:expire', seconds: '1' })],
    });
    await waitForReceipt(alice, 'expired', 'stored');
    await sleep(1500);
    await company.enter(`${bob}/phone`);
    await waitForReceipt(alice, 'expired', 'lost');
  });

  test('a message that a kill of the server took out of the offline store is lost, one that survived is not', async () => {
    const bob = await company.register('bill@offline.test');
    const alice = await company.enter('ann@offline.test/pc');
    await stage.server.befriend(alice.bareJid, bob);
    alice.ask(bob, 'killed');
    await waitForReceipt(alice, 'killed', 'stored');
    await stage.server.kill();
    await stage.server.start();
    const kept = await stage.server.runInside(COUNT_OFFLINE, ...bob.split('@'));
    await company.enter(`${bob}/phone`);
    const sent = { from: alice.bareJid, to: bob, id: 'killed' };
    await stage.expectStatus(sent, kept === 0 ? 'lost' : 'delivered by stream');
  });

  test('a message that came after its recipient, and is gone before the store is looked at, is lost at the next login', async () => {
    const bob = await company.register('ben@offline.test');
    const alice = await company.enter('amy@offline.test/pc');
    await stage.server.befriend(alice.bareJid, bob);
    const phone = await company.enter(`${bob}/phone`);
    await phone.setPresence(-1);
    alice.ask(bob, 'early');
    const sent = { from: alice.bareJid, to: bob, id: 'early' };
    await stage.expectStatus(sent, 'stored');
    await stage.server.runInside(EMPTY_OFFLINE, ...bob.split('@'));
    await sleep(1500);
    await company.enter(`${bob}/tablet`);
    await waitForReceipt(alice, 'early', 'lost');
  });
});

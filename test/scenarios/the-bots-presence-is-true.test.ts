import { describe, expect, test } from 'vitest';
import type { BareJid } from '../../src/message/jid.ts';
import {
  afterConnecting,
  afterStopping,
  BOT,
  DOMAIN,
  presence,
  presencesIn,
} from '../support/presences.ts';
import { onStage, type Scene } from '../support/scene.ts';
import { parseOne } from '../support/xml.ts';

const ALICE = 'alice@example.org' as BareJid;
const BOB = 'bob@example.org' as BareJid;

async function befriendMany(scene: Scene, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const account = `u${String(index).padStart(6, '0')}@example.org` as BareJid;
    await scene.store.contacts.add({ account, address: BOT }, 0);
  }
}

describe('when we are connected again, the bot is online', () => {
  test('for each user who has it, or our domain, among the contacts', async () => {
    const scene = await onStage();
    await presence(scene, 'subscribe', ALICE);
    await presence(scene, 'subscribe', BOB, DOMAIN);
    const expected = ['bot available to alice', `${DOMAIN} available to bob`];
    expect(await afterConnecting(scene)).toEqual(expected);
    expect(await afterConnecting(scene)).toEqual(expected);
  });

  test('for who has both, from both', async () => {
    const scene = await onStage();
    await presence(scene, 'subscribe', ALICE);
    await presence(scene, 'subscribe', ALICE, DOMAIN);
    expect(await afterConnecting(scene)).toEqual([
      `${DOMAIN} available to alice`,
      'bot available to alice',
    ]);
  });

  test('for who asked for its presence, whenever it became a contact', async () => {
    const scene = await onStage();
    await presence(scene, 'probe', `${ALICE}/pc`);
    await presence(scene, 'probe', `${ALICE}/phone`);
    expect(await afterConnecting(scene)).toEqual(['bot available to alice']);
  });

  test('but not for who removed it', async () => {
    const scene = await onStage();
    await presence(scene, 'subscribe', ALICE);
    await presence(scene, 'subscribe', BOB);
    await presence(scene, 'unsubscribe', ALICE);
    expect(await afterConnecting(scene)).toEqual(['bot available to bob']);
  });

  test('nor for users of other domains, or who had another address of ours', async () => {
    const scene = await onStage();
    await presence(scene, 'subscribe', 'mallory@example.net');
    await presence(scene, 'subscribe', ALICE, 'other@receipts.example.org');
    const before = 'carol@gone.example' as BareJid;
    await scene.store.contacts.add({ account: before, address: BOT }, 0);
    await scene.store.contacts.add({ account: BOB, address: 'old.example.org' as BareJid }, 0);
    expect(await afterConnecting(scene)).toEqual([]);
    expect(await afterStopping(scene)).toEqual([]);
  });
});

describe('who sends very many presences', () => {
  test('is answered 600 times a minute, and others are answered all the same', async () => {
    const scene = await onStage();
    for (let count = 0; count < 700; count += 1)
      await scene.link.receive(
        parseOne(`<presence type='probe' from='${ALICE}/${count}' to='${BOT}'/>`),
      );
    expect(presencesIn(scene)).toHaveLength(600);
    expect(scene.daemon.counters.all()).toMatchObject({ 'stanzas ignored: too many': 100 });
    await presence(scene, 'probe', BOB);
    expect(presencesIn(scene).slice(600)).toEqual(['bot available to bob']);
    await scene.pass(60_000);
    await presence(scene, 'probe', ALICE);
    expect(presencesIn(scene).slice(601)).toEqual(['bot available to alice']);
  });
});

describe('when the daemon stops, the bot goes offline', () => {
  test('for each of its contacts, while the link is still up', async () => {
    const scene = await onStage();
    await presence(scene, 'subscribe', ALICE);
    await presence(scene, 'probe', BOB, DOMAIN);
    expect(await afterStopping(scene)).toEqual([
      'bot unavailable to alice',
      `${DOMAIN} unavailable to bob`,
    ]);
    expect(scene.link.isOnline).toBe(false);
    expect(scene.complaints).toEqual([]);
  });

  test('for a thousand contacts too, all before the link is closed', async () => {
    const scene = await onStage();
    await befriendMany(scene, 1001);
    expect(await afterStopping(scene)).toHaveLength(1001);
  });

  test('also for who asks while it goes, and nothing says that it is online', async () => {
    const scene = await onStage();
    await befriendMany(scene, 1000);
    await presence(scene, 'subscribe', ALICE);
    scene.link.drop();
    scene.link.connect();
    const since = scene.link.sent.length;
    const stopped = scene.daemon.stop();
    void presence(scene, 'probe', `${ALICE}/pc`);
    void presence(scene, 'subscribe', BOB);
    await stopped;
    const [alice, bob] = ['alice', 'bob'].map((name) =>
      presencesIn(scene, since).filter((text) => text.endsWith(`to ${name}`)),
    );
    expect(alice).toEqual(['bot unavailable to alice', 'bot unavailable to alice']);
    expect(bob?.slice(0, 2)).toEqual(['bot subscribed to bob', 'bot unavailable to bob']);
    expect(presencesIn(scene, since).filter((text) => text.includes(' available'))).toEqual([]);
  });

  test('or, if the server takes nothing, the daemon stops without it after three seconds', async () => {
    const scene = await onStage();
    await presence(scene, 'subscribe', ALICE);
    let isStopped = false;
    scene.link.send = () => new Promise(() => {});
    const stopped = scene.daemon.stop().then(() => {
      isStopped = true;
    });
    await scene.pass(2999);
    expect(isStopped).toBe(false);
    await scene.pass(1);
    await stopped;
    expect(scene.complaints).toEqual([
      'the daemon stops before every contact was told: the others still see the bot online',
    ]);
  });

  test('or, if the link breaks meanwhile, the daemon stops without it', async () => {
    const scene = await onStage();
    await presence(scene, 'subscribe', ALICE);
    scene.link.send = () => new Promise(() => {});
    const stopped = scene.daemon.stop();
    await scene.pass(10);
    scene.link.drop();
    await stopped;
    expect(scene.complaints).toEqual([]);
  });
});

describe('many contacts are told little by little', () => {
  test('a hundred are told at once, and each of them once', async () => {
    const scene = await onStage();
    await befriendMany(scene, 1000);
    const first = await afterConnecting(scene, 50);
    expect(first).toHaveLength(100);
    const since = scene.link.sent.length;
    await scene.pass(100);
    expect(presencesIn(scene, since)).toHaveLength(100);
    await scene.pass(1000);
    const rest = presencesIn(scene, since);
    expect(new Set([...first, ...rest]).size).toBe(1000);
    expect([...first, ...rest]).toHaveLength(1000);
  });

  test('not the next ones before the server has taken the last ones', async () => {
    const scene = await onStage();
    await befriendMany(scene, 300);
    const taken: (() => void)[] = [];
    const { send } = scene.link;
    scene.link.send = (stanza) =>
      stanza.is('presence')
        ? new Promise((resolve) => taken.push(resolve))
        : send.call(scene.link, stanza);
    scene.link.drop();
    scene.link.connect();
    await scene.pass(5000);
    expect(taken).toHaveLength(100);
    for (const take of taken.splice(0)) take();
    await scene.pass(5000);
    expect(taken).toHaveLength(100);
    scene.link.drop();
  });

  test('none any more when the link is down, and from the beginning when it is up', async () => {
    const scene = await onStage();
    await befriendMany(scene, 1000);
    await afterConnecting(scene, 150);
    scene.link.drop();
    await scene.pass(10_000);
    expect(await afterConnecting(scene, 10_000)).toHaveLength(1000);
    expect(scene.complaints).toEqual([]);
  });
});

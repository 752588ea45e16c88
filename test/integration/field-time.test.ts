import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { setClock } from '../support/server/clock.ts';
import { type Stage, startStage, toldAbout, waitForReceipt } from '../support/stage.ts';

const HOST = 'clock.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
/** Never logs in. */
const CAROL = `carol@${HOST}`;
const HOUR = 3600;
const TEN_YEARS = 315_576_000;
/** The grace of the stage, and time for a busy machine; what waits for the clock waits an hour. */
const IN_TIME_MS = 30_000;
/** Longer than all ticks and hellos that follow the last fact. */
const QUIET_MS = 1500;
/** By now the module believes a clock that was set. */
const BELIEVED_MS = 11_000;

describe('a step of the server’s clock', () => {
  let stage: Stage;
  let alice: Client;
  let bob: Client;

  beforeEach(async () => {
    stage = await startStage({
      hosts: [{ name: HOST }],
      policy: 'automatic',
      server: { hasOwnClock: true },
    });
    onTestFailed(async () => console.error(stage.counters, await stage.server.log()));
    for (const jid of [ALICE, BOB, CAROL]) await stage.server.register(jid);
    for (const jid of [BOB, CAROL]) await stage.server.befriend(ALICE, jid);
    await logIn();
  });

  afterEach(() => stage.dispose());

  async function logIn(): Promise<void> {
    const port = stage.server.ports.c2s;
    alice = await login({ jid: `${ALICE}/pc`, port });
    bob = await login({ jid: `${BOB}/phone`, port });
  }

  function setTo(seconds: number): Promise<void> {
    return setClock(stage.server.folder, seconds);
  }

  async function expectInTime(id: string): Promise<void> {
    alice.ask(BOB, id);
    await alice.waitUntil(() => ticksFor(alice, id).length > 0, IN_TIME_MS);
    await waitForReceipt(alice, id, 'delivered', IN_TIME_MS);
  }

  test.each([-HOUR, HOUR, -TEN_YEARS])(
    'set by %i seconds, with other traffic: ticks and receipts come in time, and tell the time of the clock after a while',
    async (seconds) => {
      await expectInTime('before');
      await setTo(seconds);
      let traffic = 0;
      const timer = setInterval(() => bob.ask(ALICE, `traffic-${++traffic}`), 100);
      try {
        await expectInTime('at-once');
        await sleep(BELIEVED_MS);
        await expectInTime('later');
      } finally {
        clearInterval(timer);
      }
      expect(toldTime('later') - Date.now() - seconds * 1000).toBeLessThan(60_000);
      expect(Date.now() + seconds * 1000 - toldTime('later')).toBeLessThan(60_000);
    },
  );

  test.each([-HOUR, HOUR, -TEN_YEARS, TEN_YEARS])(
    'set by %i seconds while nothing happens, and back while the daemon is away: ticks and receipts come in time',
    async (seconds) => {
      await expectInTime('before');
      await setTo(seconds);
      await sleep(QUIET_MS);
      await expectInTime('quiet');
      await stage.stopDaemon();
      await setTo(0);
      await stage.startDaemon();
      await expectInTime('daemon-anew');
      for (const id of ['before', 'quiet', 'daemon-anew'])
        expect(ticksFor(alice, id)).toEqual([BOB]);
    },
  );

  test.each([-HOUR, -TEN_YEARS])(
    'set by %i seconds, and back while the server is away: ticks and receipts come in time and once',
    async (seconds) => {
      await expectInTime('before');
      await setTo(seconds);
      await stage.server.restart();
      await logIn();
      await expectInTime('restarted');
      expect(ticksFor(alice, 'restarted')).toEqual([BOB]);
      await setTo(0);
      await stage.server.restart();
      await logIn();
      await expectInTime('back');
      expect(ticksFor(alice, 'back')).toEqual([BOB]);
    },
  );

  test('ten years ahead for two seconds: nothing is late or dated in another year, nothing expires, also after a restart', async () => {
    alice.ask(CAROL, 'waits');
    await waitForReceipt(alice, 'waits', 'stored');
    await setTo(TEN_YEARS);
    await expectInTime('ahead');
    await setTo(0);
    await expectInTime('back');
    expect(Math.abs(toldTime('back') - Date.now())).toBeLessThan(60_000);
    await stage.server.restart();
    await logIn();
    await expectInTime('restarted');
    expect(Math.abs(toldTime('restarted') - Date.now())).toBeLessThan(60_000);
    expect(toldAbout(alice, 'waits')).not.toContain('expired');
  });

  test('a server that starts with a clock that is years ahead ends no time limits, and is right again when the clock is', async () => {
    alice.ask(CAROL, 'waits');
    await waitForReceipt(alice, 'waits', 'stored');
    await setTo(TEN_YEARS);
    await stage.server.restart();
    await logIn();
    await expectInTime('ahead');
    await setTo(0);
    await expectInTime('back');
    expect(toldAbout(alice, 'waits')).not.toContain('expired');
    await sleep(BELIEVED_MS);
    await expectInTime('later');
    expect(Math.abs(toldTime('later') - Date.now())).toBeLessThan(60_000);
  });

  /** What the receipt says, in milliseconds. */
  function toldTime(id: string): number {
    const [at] = alice.received
      .flatMap((stanza) => stanza.getChildren('receipt', 'xmpp-receipts:1'))
      .filter(({ attrs }) => attrs['id'] === id && attrs['status'] === 'delivered')
      .map(({ attrs }) => Date.parse(attrs['at'] ?? ''));
    return at ?? Number.NaN;
  }
});

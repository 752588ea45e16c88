import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const HOST = 'late.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
/** Longer than the daemon may be late, so that a grace that begins anew is seen. */
const GRACE_MS = 12_000;
/** The hellos that tell the daemon the present time, and some time for a busy machine. */
const IN_TIME_MS = 9000;

describe('what happened while the daemon was away', () => {
  let stage: Stage;
  let folder: string;
  let alice: Client;
  let bob: Client;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'receipts-'));
    stage = await startStage({
      hosts: [{ name: HOST }],
      policy: 'automatic',
      store: `sqlite:${join(folder, 'receipts.db')}`,
      receipts: { graceMs: GRACE_MS },
    });
    for (const jid of [ALICE, BOB]) await stage.server.register(jid);
    await stage.server.befriend(ALICE, BOB);
    const port = stage.server.ports.c2s;
    alice = await login({ jid: `${ALICE}/pc`, port });
    bob = await login({ jid: `${BOB}/phone`, port });
  });

  afterEach(async () => {
    await Promise.all([alice.close(), bob.close()]);
    await stage.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  test('is told at once when the daemon is back and the grace is over', async () => {
    await stage.stopDaemon();
    alice.ask(BOB, 'away');
    await bob.waitForMessage('away');
    await sleep(GRACE_MS);
    await stage.startDaemon();
    await waitForReceipt(alice, 'away', 'delivered', IN_TIME_MS);
    await alice.waitUntil(() => ticksFor(alice, 'away').length > 0, IN_TIME_MS);
  });

  test('is told after the grace, not later, where the daemon is back within it', async () => {
    await stage.stopDaemon();
    alice.ask(BOB, 'short');
    await bob.waitForMessage('short');
    await stage.startDaemon();
    await waitForReceipt(alice, 'short', 'delivered', GRACE_MS + IN_TIME_MS);
  });

  test('what was known before, and whose grace went by meanwhile, is told at once too', async () => {
    alice.ask(BOB, 'before');
    await stage.expectStatus({ from: ALICE, to: BOB, id: 'before' }, 'delivered by stream');
    await stage.stopDaemon();
    await sleep(GRACE_MS);
    alice.ask(BOB, 'after');
    await bob.waitForMessage('after');
    await stage.startDaemon();
    await waitForReceipt(alice, 'before', 'delivered', IN_TIME_MS);
    await alice.waitUntil(() => ticksFor(alice, 'before').length > 0, IN_TIME_MS);
    expect(ticksFor(alice, 'before')).toEqual([BOB]);
  });
});

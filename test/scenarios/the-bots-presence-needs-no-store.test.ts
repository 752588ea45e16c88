import { expect, test } from 'vitest';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { afterConnecting, afterStopping, presence, presencesIn } from '../support/presences.ts';

const ALICE = 'alice@example.org';
const BOB = 'bob@example.org';

test('while the store fails presence is answered all the same, and the log says once what is not remembered', async () => {
  const { breakable, scene } = await onBreakableStage();
  breakable.isBroken = true;
  const since = scene.link.sent.length;
  await presence(scene, 'subscribe', ALICE);
  await presence(scene, 'probe', BOB);
  await presence(scene, 'unsubscribe', BOB);
  expect(presencesIn(scene, since)).toEqual([
    'bot subscribed to alice',
    'bot available to alice',
    'bot available to bob',
    'bot unavailable to bob',
    'bot unsubscribed to bob',
  ]);
  const line = 'a contact of the bot could not be remembered or forgotten';
  expect(scene.complaints.filter((text) => text === line)).toHaveLength(1);
});

test('contacts of the bot are told when the store works again', async () => {
  const { breakable, scene } = await onBreakableStage();
  await presence(scene, 'subscribe', ALICE);
  breakable.isBroken = true;
  expect(await afterConnecting(scene, 11_000)).toEqual([]);
  const line = 'the contacts of the bot could not be told now that it is online';
  expect(scene.complaints.filter((text) => text === line)).toHaveLength(1);
  breakable.isBroken = false;
  const since = scene.link.sent.length;
  await scene.pass(5000);
  expect(presencesIn(scene, since)).toEqual(['bot available to alice']);
});

test('while the store fails the daemon stops all the same, and the log says that contacts were not told', async () => {
  const { breakable, scene } = await onBreakableStage();
  await presence(scene, 'subscribe', ALICE);
  breakable.isBroken = true;
  expect(await afterStopping(scene)).toEqual([]);
  expect(scene.complaints).toContain(
    'the contacts of the bot could not be told that it goes offline',
  );
});

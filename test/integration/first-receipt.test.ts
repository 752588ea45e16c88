import { afterAll, beforeAll, expect, it as test } from 'vitest';
import { writeToBob } from '../../demo/write-to-bob.ts';
import { BOT, type Stage, startStage } from '../support/stage.ts';

const HOST = 'first.test';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ hosts: [{ name: HOST }], receipts: { text: true }, daemon: false });
  for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`, 'secret');
});

afterAll(() => stage.dispose());

test('the first receipt comes also to who writes before the daemon is there', async () => {
  const words = writeToBob({ domain: HOST, port: stage.server.ports.c2s });
  await stage.startDaemon();
  expect(await words).toMatch(storedInWords());
});

test('it comes again, to people who are contacts already', async () => {
  const words = await writeToBob({ domain: HOST, port: stage.server.ports.c2s });
  expect(words).toMatch(storedInWords());
});

function storedInWords(): RegExp {
  return new RegExp(`^${BOT}: Stored: your message of \\S+ UTC to bob@${HOST} is kept`);
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { BODY, writeToBob } from '../../demo/write-to-bob.ts';
import { blockOf } from '../support/blocks.ts';
import { wordsLike } from '../support/speeches.ts';
import { COMPONENT, type Stage, startStage } from '../support/stage.ts';

const HOST = 'first.test';

const [, written, told] = blockOf('README.md', '$ docker compose run').split('\n');

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

test('README.md shows what is printed before it', () => {
  expect(written).toBe(`alice@localhost, to bob@localhost, who is away: ${BODY}`);
});

/** The last line that README.md shows, with the names of this server. */
function storedInWords(): RegExp {
  const names = told?.replace('receipts.localhost', COMPONENT).replace('@localhost', `@${HOST}`);
  return wordsLike(names ?? '');
}

import { expect, test } from 'vitest';
import { onStage, type Scene } from '../support/scene.ts';

const ALICE = 'alice@example.org/pc';
const BOT = 'receipts@receipts.example.org';

async function command(scene: Scene, node: string): Promise<void> {
  await scene.ask(
    `<iq type='set' from='${ALICE}' to='${BOT}'><command xmlns='http://jabber.org/protocol/commands' ${node}/></iq>`,
  );
}

test('a command that nobody offers is counted as unknown', async () => {
  const scene = await onStage();
  await command(scene, `node='weather'`);
  expect(scene.daemon.counters.all()).toMatchObject({ 'commands refused: unknown command': 1 });
});

test('a command with an action that does not exist is counted as not readable', async () => {
  const scene = await onStage();
  await command(scene, `node='policy' action='dance'`);
  expect(scene.daemon.counters.all()).toMatchObject({ 'commands refused: not readable': 1 });
});

test('a policy that the operator has locked is counted as locked, by chat too', async () => {
  const scene = await onStage({ settings: { 'policy.locked': 'true' } });
  await scene.say(
    `<message type='chat' from='${ALICE}' to='${BOT}'><body>policy refuse</body></message>`,
  );
  expect(scene.daemon.counters.all()).toMatchObject({ 'commands refused: locked': 1 });
});

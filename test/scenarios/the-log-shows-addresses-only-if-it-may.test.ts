import { expect, test } from 'vitest';
import { onBreakableStage } from '../support/breakable-stage.ts';
import { accepted, fact, keyOf } from '../support/facts.ts';
import { onStage, type Scene } from '../support/scene.ts';

const MESSAGE = `<message type='chat' from='alice@example.org/pc' to='receipts@receipts.example.org'>`;

/** Facts, a deleted account, commands and a store that fails: whatever makes lines. */
async function everythingThatIsLogged(addresses: 'shown' | 'hidden'): Promise<Scene> {
  const { scene, breakable } = await onBreakableStage({ 'log.addresses': addresses });
  await scene.report(keyOf('m1'), accepted(), fact('stored', 1));
  await scene.feed(['deleted\tbob@example.org\t5', 'weather\tsunny', 'gap\t5\t12']);
  await scene.say(`${MESSAGE}<body>policy manual</body></message>`);
  breakable.failAt('records.update', { error: new SyntaxError('Unexpected token') });
  await scene.report(keyOf('m2'), accepted(), fact('stored', 1));
  breakable.failAt('preferences.get', { error: new Error('no row for alice@example.org') });
  await scene.say(`${MESSAGE}<body>policy</body></message>`);
  return scene;
}

test('at level debug the log says of a message to whom it is and why its sender was told or not', async () => {
  const { lines } = await everythingThatIsLogged('shown');
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'a message was judged',
      sender: 'alice@example.org',
      recipient: 'bob@example.org',
      id: 'm1',
      decision: 'tell',
      told: ['stored'],
      tick: 'server-cannot',
      question: 'not-manual',
    }),
  );
});

test('with addresses hidden no line of the log holds one', async () => {
  const { lines } = await everythingThatIsLogged('hidden');
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'a message was judged', id: 'm1' }));
  const judged = lines.filter(({ msg }) => msg === 'a message was judged');
  expect(new Set(judged.map(({ sender }) => sender)).size).toBe(1);
  expect(judged[0]?.sender).toMatch(/^user-[0-9a-f]{8}$/);
  expect(lines.filter((line) => /\w@example\.org/.test(JSON.stringify(line)))).toEqual([]);
});

test('no line of the log holds what a user wrote to the bot or the secret of the component', async () => {
  const { lines } = await everythingThatIsLogged('shown');
  expect(JSON.stringify(lines)).not.toMatch(/policy manual|component secret/);
});

test('why a sender was not told is counted', async () => {
  const scene = await onStage();
  await scene.report(keyOf('m1'), accepted(), fact('received', 1));
  expect(scene.daemon.counters.all()).toMatchObject({ 'receipts held: client-answered': 1 });
});

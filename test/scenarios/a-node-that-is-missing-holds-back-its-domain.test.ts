import { expect, test } from 'vitest';
import { accepted, BOB, fact, keyOf } from '../support/facts.ts';
import { messageLine } from '../support/feed-lines.ts';
import { onStage, type Scene, SERVER } from '../support/scene.ts';

const ONE = 'ejabberd@one';
const TWO = 'ejabberd@two';
const settings = { 'receipts.expireAfterMs': '60000' };
const CONFIRMED = 'From now on this holds.';
const phone = { resource: 'phone' };

async function onCluster(): Promise<Scene> {
  const scene = await onStage({ settings });
  scene.link.drop();
  scene.module.node = ONE;
  two(scene, 'up');
  await scene.connect();
  await scene.pass(100);
  return scene;
}

function two(scene: Scene, state: string, waiting = 0): void {
  scene.module.others = [{ name: TWO, state, at: scene.now, waiting }];
}

/** The module says hello, because the other node has changed its state. */
async function becomes(scene: Scene, state: string): Promise<void> {
  two(scene, state);
  await scene.greet();
}

const reportFrom = (scene: Scene, node: string, ...facts: Parameters<typeof messageLine>[1]) =>
  scene.feed([messageLine(keyOf('m1'), facts)], { node });

test('while both nodes answer, messages expire and graces end as with one', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted());
  await reportFrom(scene, TWO, fact('stored', 1));
  two(scene, 'up');
  await scene.pass(62_000);
  two(scene, 'up');
  await scene.pass(62_000);
  expect(scene.told).toEqual(['m1 stored', 'm1 expired']);
});

test.each(['down', 'silent', 'a word of a newer module'])(
  'while a node is %s nothing expires, and everything goes on when it is back',
  async (state) => {
    const scene = await onCluster();
    await reportFrom(scene, ONE, accepted(), fact('stored', 1));
    await becomes(scene, state);
    await scene.pass(300_000);
    expect(scene.told).toEqual(['m1 stored']);
    await becomes(scene, 'up');
    await scene.pass(2000);
    expect(scene.told).toEqual(['m1 stored', 'm1 expired']);
  },
);

test('what a node had not told when it went down is not called expired before it is back', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted(), fact('stored', 1));
  await becomes(scene, 'down');
  await scene.pass(300_000);
  two(scene, 'up', 1);
  await scene.greet();
  await reportFrom(scene, TWO, fact('received', 30_000_000));
  two(scene, 'up');
  await scene.pass(120_000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('after a node was dropped, the domain goes on without it', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted(), fact('stored', 1));
  await becomes(scene, 'down');
  await scene.pass(120_000);
  scene.module.others = [];
  await scene.greet();
  await scene.pass(2000);
  expect(scene.told).toEqual(['m1 stored', 'm1 expired']);
});

test('after a node was dropped, no older message is called lost: its spool may have held that it arrived', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted(), fact('kept', 1, phone));
  await scene.pass(1000);
  await becomes(scene, 'down');
  scene.module.others = [];
  await scene.greet();
  await scene.pass(100);
  await scene.feed([`restarted\t${scene.now + 1000}`], { node: ONE });
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('a loss waits for what the other node has not told yet, which may say that the message arrived', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted(), fact('kept', 1, phone));
  await scene.pass(1000);
  two(scene, 'up', 1);
  await scene.greet();
  await scene.feed([`node-restarted\t${scene.now}`], { node: ONE });
  await scene.pass(60_000);
  expect(scene.told).toEqual(['m1 stored']);
  await reportFrom(scene, TWO, fact('acked', 2, phone));
  two(scene, 'up');
  await scene.greet();
  await scene.pass(60_000);
  expect(scene.told).not.toContain('m1 lost');
});

test('a loss is told when the other node has told everything until then', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted(), fact('kept', 1, phone));
  await scene.pass(1000);
  await scene.feed([`node-restarted\t${scene.now}`], { node: ONE });
  two(scene, 'up');
  await scene.greet();
  await scene.pass(2000);
  expect(scene.told).toEqual(['m1 stored', 'm1 lost']);
});

test('a node that is missing is said once as an error with what to do, and that it is back', async () => {
  const scene = await onCluster();
  await becomes(scene, 'down');
  await becomes(scene, 'down');
  await scene.pass(300_000);
  const said = scene.complaints.filter((line) => line.includes(TWO));
  expect(said).toEqual([
    expect.stringMatching(
      /not reached: nothing expires .* ejabberdctl leave_cluster ejabberd@two$/,
    ),
  ]);
  await becomes(scene, 'up');
  expect(scene.lines.map(({ msg }) => msg)).toContain(`the node ${TWO} of ${SERVER} is back`);
});

test('the hello of a node with an older module changes nothing while another node speaks for all', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted(), fact('stored', 1));
  await becomes(scene, 'down');
  const { node, others } = scene.module;
  Object.assign(scene.module, { node: undefined, others: [], nodes: 2, enforces: '' });
  await scene.greet();
  Object.assign(scene.module, { node, others, nodes: undefined, enforces: 'policies deliver' });
  await scene.pass(50_000);
  expect(await say(scene, 'policy refuse')).toContain(CONFIRMED);
  await scene.pass(200_000);
  expect(scene.told).toEqual(['m1 stored']);
});

test('of a restart of one node, only what that node kept for its sessions is lost', async () => {
  const scene = await onCluster();
  await reportFrom(scene, ONE, accepted(), fact('kept', 1, phone));
  const restarted = [`node-restarted\t${scene.now + 1000}`];
  await scene.feed(restarted, { node: TWO });
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 stored']);
  await scene.feed([`node-restarted\t${scene.now + 1000}`], { node: ONE });
  await scene.pass(1000);
  expect(scene.told).toEqual(['m1 stored', 'm1 lost']);
});

test('a change is confirmed only when the module says that every node has it', async () => {
  const scene = await onCluster();
  scene.policies.isNodeMissing = true;
  expect(await say(scene, 'policy refuse')).not.toContain(CONFIRMED);
  expect([...scene.policies.lines.values()]).toEqual(['refuse']);
  const sent = scene.policies.taken.length;
  expect(await say(scene, 'policy manual')).not.toContain(CONFIRMED);
  expect([...scene.policies.lines.values()]).toEqual(['manual']);
  expect(scene.policies.taken.length).toBe(sent + 1);
  scene.policies.isNodeMissing = false;
  await becomes(scene, 'up');
  await scene.pass(100);
  expect(await say(scene, 'policy refuse')).toContain(CONFIRMED);
});

test('a cluster whose module enforces on one node only gets no promise', async () => {
  const scene = await onCluster();
  scene.module.enforces = '';
  await becomes(scene, 'up');
  expect(await say(scene, 'policy refuse')).toContain('cannot promise');
});

/** What the bot answers. */
async function say(scene: Scene, text: string): Promise<string> {
  const before = scene.messages.length;
  const bot = 'receipts@receipts.example.org';
  const said = scene.say(
    `<message type='chat' from='${BOB}/phone' to='${bot}'><body>${text}</body></message>`,
  );
  await scene.pass(4000);
  await said;
  return String(scene.messages[before]?.getChild('body')?.getText());
}

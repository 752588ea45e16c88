import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { say } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { ClusterStage } from '../support/cluster-stage.ts';
import { leaksAbout } from '../support/leaks.ts';
import { toldAbout, waitForReceipt } from '../support/stage.ts';

const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const CAROL = `carol@${HOST}`;
/** She is never online. */
const DORA = `dora@${HOST}`;
const CONFIRMED = 'From now on this holds.';

/** Far more than it takes, and far less than an operator needs to notice. */
const MOVES_WITHIN_MS = 15_000;
/** Longer than a tick: what the node has seen is in its spool. */
const A_FEW_TICKS = 300;

let stage: ClusterStage;

beforeAll(async () => {
  stage = await ClusterStage.start({ nodes: 2, hosts: [{ name: HOST }] });
  await stage.register(ALICE, BOB, CAROL, DORA);
  for (const recipient of [BOB, CAROL, DORA])
    await stage.cluster.server(0).befriend(ALICE, recipient);
  await stage.attach();
});

afterAll(() => stage?.dispose());

const eventually = <Seen>(look: () => Promise<Seen>) => expect.poll(look, { timeout: 30_000 });

async function at<Result>(
  node: number,
  jid: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await stage.login(node, `${jid}/at-${node}`, { autoReceipt: true });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

const answerTo = (node: number, jid: string, text: string) =>
  at(node, jid, (client) => say(client, text));

/** Alice writes from one node, and the recipient's client answers on the other: what does she see? */
async function seenOfAnAnswer(
  id: string,
  { from, to, recipient }: { from: number; to: number; recipient: string },
): Promise<readonly string[]> {
  return at(from, ALICE, (alice) =>
    at(to, recipient, async () => {
      alice.ask(recipient, id);
      const kinds = () => stage.daemon.kindsOf({ from: ALICE, to: recipient, id });
      await eventually(kinds).toContain('received');
      return leaksAbout(alice, id);
    }),
  );
}

test('a node that joins late enforces what was confirmed before it came', async () => {
  expect(await answerTo(1, BOB, 'policy refuse')).toContain(CONFIRMED);
  await stage.cluster.join();
  expect(await seenOfAnAnswer('late', { from: 0, to: 2, recipient: BOB })).toEqual([]);
  await eventually(() => answerTo(2, CAROL, 'policy client')).toContain(CONFIRMED);
});

test('what waits on a node that died is told once, when that node is back', async () => {
  await stage.daemon.stopDaemon();
  await at(1, ALICE, async (alice) => {
    alice.ask(DORA, 'spooled');
    await sleep(A_FEW_TICKS);
  });
  await stage.cluster.server(1).kill();
  await stage.attach();
  await at(0, ALICE, async (alice) => {
    await eventually(async () => stage.daemon.said.join()).toContain('is not reached');
    expect(toldAbout(alice, 'spooled')).toEqual([]);
    await stage.cluster.server(1).start();
    await waitForReceipt(alice, 'spooled', 'stored');
    expect(toldAbout(alice, 'spooled')).toEqual(['stored']);
  });
});

test('when the node with the stream dies, the daemon goes to another one within seconds', async () => {
  await at(1, ALICE, async (alice) => {
    await stage.cluster.server(0).kill();
    const diedAt = performance.now();
    alice.ask(DORA, 'moved');
    await waitForReceipt(alice, 'moved', 'stored');
    expect(performance.now() - diedAt).toBeLessThan(MOVES_WITHIN_MS);
    expect(toldAbout(alice, 'moved')).toEqual(['stored']);
  });
});

test('a change is confirmed only after the node that was dead is back, and it lets no answer out before', async () => {
  expect(await answerTo(1, CAROL, 'policy refuse')).not.toContain(CONFIRMED);
  await stage.cluster.server(0).start();
  expect(await seenOfAnAnswer('old files', { from: 1, to: 0, recipient: CAROL })).toEqual([]);
  await eventually(() => answerTo(0, CAROL, 'policy refuse')).toContain(CONFIRMED);
});

test('after a dead node was dropped, policies are confirmed without it', async () => {
  await stage.cluster.server(2).kill();
  expect(await answerTo(1, BOB, 'policy client')).not.toContain(CONFIRMED);
  await stage.cluster.drop(2);
  await eventually(() => answerTo(1, BOB, 'policy client')).toContain(CONFIRMED);
  expect(stage.daemon.said.join()).toContain('was dropped from the cluster');
});

test('a node that is dropped while no daemon runs leaves a gap, which the next daemon hears of', async () => {
  await stage.daemon.stopDaemon();
  await stage.cluster.server(0).kill();
  await stage.cluster.drop(0);
  const gone = `${stage.cluster.name(0)} is not in the cluster`;
  await eventually(() => stage.cluster.server(1).log()).toContain(gone);
  await stage.attach(1);
  const gaps = async () => (await stage.daemon.store.upkeep.gaps()).map(([domain]) => domain);
  await eventually(gaps).toEqual([HOST]);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { say, ticksFor } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { ClusterStage } from '../support/cluster-stage.ts';
import { leaksAbout } from '../support/leaks.ts';
import { AFTER_GRACE_MS, toldAbout, waitForReceipt } from '../support/stage.ts';

const HOST = 'here.test';
const NODES = [0, 1] as const;
const POLICIES = ['client', 'automatic', 'manual', 'refuse'] as const;
const CONFIRMED = 'From now on this holds.';

type Policy = (typeof POLICIES)[number];

/** Who is at which node: the component's stream is at the first one. */
const PLACES = NODES.flatMap((from) => NODES.map((to) => ({ from, to })));

const senderAt = (node: number) => `alice${node}@${HOST}`;
const recipientAt = (node: number, policy: Policy) => `${policy}${node}@${HOST}`;

let stage: ClusterStage;
const clients = new Map<string, Client>();

beforeAll(async () => {
  stage = await ClusterStage.start({ nodes: 2, hosts: [{ name: HOST }] });
  await stage.attach();
  for (const node of NODES) await stage.register(senderAt(node));
  for (const policy of POLICIES) for (const node of NODES) await meet(recipientAt(node, policy));
  await Promise.all(NODES.map((node) => enter(node, senderAt(node))));
});

afterAll(async () => {
  await Promise.all([...clients.values()].map((client) => client.close()));
  await stage?.dispose();
});

async function meet(recipient: string): Promise<void> {
  await stage.register(recipient);
  for (const node of NODES) await stage.cluster.server(0).befriend(senderAt(node), recipient);
}

async function enter(node: number, jid: string, autoReceipt = false): Promise<Client> {
  const client = await stage.login(node, `${jid}/phone`, { autoReceipt });
  clients.set(jid, client);
  return client;
}

function client(jid: string): Client {
  const found = clients.get(jid);
  if (found === undefined) throw new Error(`${jid} is not online`);
  return found;
}

const idOf = (policy: Policy, { from, to }: { from: number; to: number }) =>
  `${policy}-${from}${to}`;

test('users of both nodes choose a policy, and each is confirmed', async () => {
  const answers = POLICIES.flatMap((policy) =>
    NODES.map(async (node) => {
      const chooser = await enter(node, recipientAt(node, policy), policy !== 'automatic');
      return say(chooser, `policy ${policy}`);
    }),
  );
  for (const answer of await Promise.all(answers)) expect(answer).toContain(CONFIRMED);
});

test('messages go from each node to each', async () => {
  for (const policy of POLICIES)
    for (const place of PLACES)
      client(senderAt(place.from)).ask(recipientAt(place.to, policy), idOf(policy, place));
  for (const policy of POLICIES)
    for (const place of PLACES)
      await client(recipientAt(place.to, policy)).waitFor(
        (stanza) => stanza.attrs['id'] === idOf(policy, place),
      );
});

test.each(PLACES)(
  'from node $from to node $to, a client that answers is let through',
  async (it) => {
    const [sender, id] = [client(senderAt(it.from)), idOf('client', it)];
    const recipient = recipientAt(it.to, 'client');
    await sender.waitUntil(() => ticksFor(sender, id).length > 0);
    expect(ticksFor(sender, id)).toEqual([`${recipient}/phone`]);
  },
);

test.each(PLACES)(
  'from node $from to node $to, the server ticks for who answers automatically',
  async (it) => {
    const [sender, id] = [client(senderAt(it.from)), idOf('automatic', it)];
    client(recipientAt(it.to, 'automatic')).ack();
    await waitForReceipt(sender, id, 'delivered');
    await sender.waitUntil(() => ticksFor(sender, id).length > 0);
    expect(ticksFor(sender, id)).toEqual([recipientAt(it.to, 'automatic')]);
  },
);

test('under manual the senders learn nothing of an answer before the recipient says yes', async () => {
  await sleep(AFTER_GRACE_MS);
  for (const it of PLACES) {
    const [sender, id] = [client(senderAt(it.from)), idOf('manual', it)];
    expect(ticksFor(sender, id)).toEqual([]);
    expect(toldAbout(sender, id).filter((status) => status !== 'sent')).toEqual([]);
  }
});

test.each(NODES)('on node %i a yes reaches the senders of both nodes', async (node) => {
  const recipient = recipientAt(node, 'manual');
  await say(client(recipient), 'yes all');
  for (const from of NODES) {
    const [sender, id] = [client(senderAt(from)), idOf('manual', { from, to: node })];
    await waitForReceipt(sender, id, 'confirmed');
    await sender.waitUntil(() => ticksFor(sender, id).length > 0);
    expect(ticksFor(sender, id)).toEqual([recipient]);
  }
});

test('who refuses shows nothing to any sender, wherever both are', async () => {
  for (const it of PLACES) {
    const [sender, id] = [client(senderAt(it.from)), idOf('refuse', it)];
    expect(leaksAbout(sender, id)).toEqual([]);
    const sent = { from: senderAt(it.from), to: recipientAt(it.to, 'refuse'), id };
    expect(await stage.daemon.kindsOf(sent)).toContain('received');
  }
});

test('no sender was told anything twice', () => {
  for (const policy of POLICIES)
    for (const it of PLACES) {
      const told = toldAbout(client(senderAt(it.from)), idOf(policy, it));
      expect(new Set(told).size).toBe(told.length);
    }
});

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { say } from '../support/bot-chat.ts';
import { login } from '../support/client.ts';
import { nodeName } from '../support/ejabberd/process.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import type { ErlangNode } from '../support/server/options.ts';
import { freePorts } from '../support/server/ports.ts';
import { COMPONENT, type Stage, startStage } from '../support/stage.ts';

const HOST = 'here.test';
const BOB = `bob@${HOST}`;

const JOIN = '[Node] = Args, ejabberd_cluster:join(binary_to_atom(Node))';
const LEAVE = '[Node] = Args, ejabberd_cluster:leave(binary_to_atom(Node))';
const CONFIRMED = 'From now on this holds.';
const NOT_PROMISED = 'cannot promise';
const WARNING =
  /here\.test is served by an ejabberd cluster of 2 nodes, and the component .* does not know of clusters/;

describe('an ejabberd cluster', () => {
  let first: ErlangNode;
  let second: ErlangNode;
  let stage: Stage;
  let other: Ejabberd;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    first = { address: '127.0.0.1', port };
    second = { address: '127.0.0.2', port };
    stage = await startStage({
      kind: 'ejabberd',
      hosts: [{ name: HOST }],
      server: { ejabberd: { node: first } },
    });
    other = await startEjabberd({
      hosts: [{ name: HOST }],
      receipts: { receipts_component: COMPONENT },
      ejabberd: { node: second },
    });
    await stage.server.register(BOB);
  });

  afterAll(async () => {
    await other?.dispose();
    await stage?.dispose();
  });

  async function answerTo(text: string): Promise<string> {
    const bob = await login({ jid: `${BOB}/phone`, port: stage.server.ports.c2s });
    const answer = await say(bob, text);
    await bob.close();
    return answer;
  }

  async function warnings(server: Pick<Ejabberd, 'log'>): Promise<number> {
    const lines = (await server.log()).split('\n');
    return lines.filter((line) => WARNING.test(line)).length;
  }

  const eventually = <Seen>(look: () => Promise<Seen>) => expect.poll(look, { timeout: 20_000 });

  test('confirms a policy and warns of nothing while it has one node', async () => {
    expect(await answerTo('policy refuse')).toContain(CONFIRMED);
    expect(await warnings(stage.server)).toBe(0);
  });

  test('warns on both nodes when a second one joins, and from then on confirms no policy', async () => {
    await other.runErlang(JOIN, nodeName(first));
    await eventually(() => answerTo('policy automatic')).toContain(NOT_PROMISED);
    await eventually(() => warnings(stage.server)).toBe(1);
    await eventually(() => warnings(other)).toBe(1);
  });

  test('still hands the policy to the node that the component is connected to', async () => {
    expect(await answerTo('policy manual')).toContain(NOT_PROMISED);
    const path = stage.server.receiptsPath(HOST, 'policies.list');
    await eventually(() => readFile(path, 'utf8')).toContain(`${BOB}\tmanual`);
  });

  test('warns at its start where it is one node of two, and confirms nothing', async () => {
    await stage.server.restart();
    await eventually(() => warnings(stage.server)).toBe(2);
    await eventually(() => answerTo('policy refuse')).toContain(NOT_PROMISED);
  });

  test('confirms policies again after the second node has left', async () => {
    await stage.server.runInside({ lua: '', erlang: LEAVE }, nodeName(second));
    await stage.stopDaemon();
    await stage.startDaemon();
    await eventually(() => answerTo('policy client')).toContain(CONFIRMED);
  });
});

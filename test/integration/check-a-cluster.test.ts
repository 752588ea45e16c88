import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../support/doctor.ts';
import { nodeName } from '../support/ejabberd/process.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import type { ErlangNode } from '../support/server/options.ts';
import { freePorts } from '../support/server/ports.ts';
import { COMPONENT } from '../support/stage.ts';

const HOSTS = [{ name: 'doctor.test', mam: true }];
const JOIN = '[Node] = Args, ejabberd_cluster:join(binary_to_atom(Node))';

let first: ErlangNode;
let stage: OperatorStage;
let other: Ejabberd;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  first = { address: '127.0.0.1', port };
  stage = await OperatorStage.start({ hosts: HOSTS, server: { ejabberd: { node: first } } });
  other = await startEjabberd({
    hosts: HOSTS,
    receipts: { receipts_component: COMPONENT },
    ejabberd: { node: { address: '127.0.0.2', port } },
  });
});

afterAll(async () => {
  await other?.dispose();
  await stage?.dispose();
});

test('check says that ejabberd is a cluster when a second node has joined', async () => {
  expect((await check(stage)).doubts).toEqual([]);
  await other.runErlang(JOIN, nodeName(first));
  const seen = async () => (await check(stage)).finding('cluster').seen;
  await expect.poll(seen, { timeout: 20_000 }).toBe('a cluster of 2 nodes');
});

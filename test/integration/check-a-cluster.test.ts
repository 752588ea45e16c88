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
const LEAVE = '[Node] = Args, ejabberd_cluster:leave(binary_to_atom(Node))';

let first: ErlangNode;
let second: ErlangNode;
let stage: OperatorStage;
let other: Ejabberd;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  first = { address: '127.0.0.1', port };
  second = { address: '127.0.0.2', port };
  stage = await OperatorStage.start({ hosts: HOSTS, server: { ejabberd: { node: first } } });
  other = await startEjabberd({
    hosts: HOSTS,
    receipts: { receipts_component: COMPONENT },
    ejabberd: { node: second },
  });
});

afterAll(async () => {
  await other?.dispose();
  await stage?.dispose();
});

const eventually = <Seen>(look: () => Promise<Seen>) => expect.poll(look, { timeout: 20_000 });
const names = async () => (await check(stage)).all.map(({ name }) => name);

test('check names the nodes of a cluster that all answer', async () => {
  expect((await check(stage)).doubts).toEqual([]);
  await other.runErlang(JOIN, nodeName(first));
  await eventually(names).toContain('cluster');
  const { seen } = (await check(stage)).finding('cluster');
  expect(seen).toContain(
    `our stream is at ${nodeName(first)}, and these answer: ${nodeName(second)}`,
  );
  expect((await check(stage)).doubts).toEqual([]);
});

test('check says which node is missing and what to do, until it is dropped', async () => {
  await stage.daemon.start();
  await eventually(names).toContain('cluster');
  await other.kill();
  await eventually(names).toContain('node-missing');
  const missing = (await check(stage)).finding('node-missing');
  expect(missing).toMatchObject({ severity: 'red', about: 'doctor.test' });
  expect(missing.seen).toContain(nodeName(second));
  expect(missing.expected).toContain(`ejabberdctl leave_cluster ${nodeName(second)}`);
  expect((await stage.run('status')).out).toContain(`node ${nodeName(second)} is down`);
  await stage.server.runInside({ lua: '', erlang: LEAVE }, nodeName(second));
  await eventually(names).not.toContain('node-missing');
});

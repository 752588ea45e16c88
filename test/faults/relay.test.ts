import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePorts } from '../support/server/ports.ts';
import { until } from '../support/until.ts';
import { Relay } from './relay.ts';

const HOST = '127.0.0.1';

describe('a link between two programs', () => {
  let target: Server;
  let relay: Relay;
  let port: number;
  const far: Socket[] = [];
  let chunks: Buffer[] = [];

  beforeEach(async () => {
    const [there = 0, here = 0] = await freePorts(2);
    port = here;
    chunks = [];
    target = createServer((socket) => {
      far.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => chunks.push(data));
    }).listen(there, HOST);
    relay = await Relay.open({ port, host: HOST }, { port: there, host: HOST });
  });

  afterEach(async () => {
    await relay.close();
    for (const socket of far.splice(0)) socket.destroy();
    target.close();
  });

  const arrived = () => Buffer.concat(chunks).toString();

  function call(): Socket {
    return connect(port, HOST).on('error', () => undefined);
  }

  test('passes on what is written, and its end', async () => {
    const near = call();
    near.end('hello');
    await until(() => arrived() === 'hello' && far[0]?.readableEnded === true, 'the end');
  });

  test('passes nothing while it is held, and all of it afterwards', async () => {
    const near = call();
    near.write('before');
    await until(() => arrived() === 'before', 'what was before');
    relay.hold();
    near.write(' held');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(arrived()).toBe('before');
    relay.release();
    await until(() => arrived() === 'before held', 'what was held');
  });

  test('ends both sides when it is cut', async () => {
    const near = call();
    near.write('x');
    await until(() => arrived() === 'x', 'the first');
    relay.cut();
    await until(() => near.destroyed && far[0]?.destroyed === true, 'both ends');
  });

  test('ends each new connection while it refuses', async () => {
    relay.isRefusing = true;
    const near = call();
    await until(() => near.destroyed, 'the end');
    expect(far).toEqual([]);
  });

  test('changes nothing in what it splits', async () => {
    relay.isSplitting = true;
    const text = 'grüße 世界'.repeat(1000);
    call().write(text);
    await until(() => arrived() === text, 'the whole');
  });
});

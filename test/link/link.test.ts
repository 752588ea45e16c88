import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Link, LinkDown, RequestTimeout } from '../../src/link/link.ts';
import { ownTimeOf, unchanging } from '../support/own-time.ts';
import { freePorts } from '../support/server/ports.ts';
import { until } from '../support/until.ts';
import {
  ask,
  ERROR,
  linkTo,
  message,
  offline,
  online,
  onlineLink,
  said,
  startServer,
} from './fixture.ts';

test('while the server is not up, this is logged once, and then the link connects', async () => {
  const port = await freePort();
  const { link, lines } = linkTo(port);
  link.start();
  await until(() => lines.length >= 4, 'four tries');
  expect(said(lines)).toEqual([
    `cannot reach 127.0.0.1:${port} (ECONNREFUSED): is the server up and its component port open? reconnecting automatically`,
  ]);
  await startServer({ port });
  await online(link);
  expect(lines.at(-1)).toMatchObject({
    msg: 'connected',
    server: `127.0.0.1:${port}`,
    component: 'receipts.example.org',
    tries: expect.any(Number),
  });
});

test('a restart of the server is logged, and the link comes back', async () => {
  const { server, link, connection, lines } = await onlineLink();
  const told: string[] = [];
  link.onOnline(() => told.push('online'));
  link.onOffline(() => told.push('offline'));
  connection.refuse('system-shutdown');
  await server.connection(2);
  await online(link);
  expect(told).toEqual(['offline', 'online']);
  expect(said(lines)).toEqual([
    `lost the connection to 127.0.0.1:${server.port} (system-shutdown): reconnecting automatically`,
  ]);
});

test.for([
  ['reset', 'ECONNRESET'],
  ['closed without a word', 'closed by the server'],
])('a connection that is %s is made again', async ([how, reason]) => {
  const { server, lines, connection } = await onlineLink();
  if (how === 'reset') connection.socket.resetAndDestroy();
  else connection.socket.end();
  await server.connection(2);
  expect(said(lines)).toEqual([
    `lost the connection to 127.0.0.1:${server.port} (${reason}): reconnecting automatically`,
  ]);
});

test.for([
  ['conflict', 'another connection already has the name receipts.example.org at'],
  ['host-unknown', 'knows no component receipts.example.org'],
])(
  '%s at the handshake is logged once, and the next attempts are slow',
  async ([condition = '', sentence = '']) => {
    const server = await startServer({ onHandshake: (c) => c.refuse(condition) });
    const { link, lines } = linkTo(server.port, { timings: { retrySlowMs: 150 } });
    link.start();
    await until(() => server.connections.length === 3, 'the third try');
    expect(said(lines)).toEqual([expect.stringContaining(sentence)]);
  },
);

test('a later conflict is logged as a replacement, and the next attempts are slow', async () => {
  const { server, connection, lines } = await onlineLink({ timings: { retrySlowMs: 300 } });
  const refusedAt = performance.now();
  connection.refuse('conflict', 'Replaced by a new connection');
  const next = await server.connection(2);
  expect(next.openedAt - refusedAt).toBeGreaterThan(295);
  expect(said(lines)).toEqual([
    `another connection took the name receipts.example.org at 127.0.0.1:${server.port} and replaced us (conflict: Replaced by a new connection): is a second daemon running? one daemon for each component domain; trying again slowly`,
  ]);
});

test('an answer goes to the request with its id, also an error', async () => {
  const { link, connection } = await onlineLink();
  const unasked: (string | undefined)[] = [];
  link.onStanza(async ({ attrs }) => void unasked.push(attrs['id']));
  const answers = [link.request(ask({ id: 'a' })), link.request(ask({ id: 'b' }))];
  await connection.received(/id="b"/);
  connection.write("<iq type='error' id='b' from='Example.org'/><iq type='result' id='x'/>");
  connection.write("<iq type='result' id='a' from='example.org'/>");
  const [a, b] = await Promise.all(answers);
  expect([a?.attrs['type'], b?.attrs['type']]).toEqual(['result', 'error']);
  expect(unasked).toEqual(['x']);
});

test('an answer counts only if it comes from the address that was asked', async () => {
  const { link, connection } = await onlineLink();
  const answer = link.request(ask());
  const [, id] = await connection.received(/id="([^"]+)"/);
  connection.write(`<iq type='result' id='${id}' from='mallory@example.org/x'/>`);
  connection.write(`<iq type='get' id='${id}' from='example.org'/>`);
  connection.write(`<iq type='result' id='${id}' from='example.org'/>`);
  expect((await answer).attrs).toEqual({ type: 'result', id, from: 'example.org' });
});

test('a request without an answer is rejected when its time is over', async () => {
  const { link, connection } = await onlineLink({ timings: { requestMs: 50 } });
  await expect(link.request(ask())).rejects.toEqual(
    new RequestTimeout('no answer from example.org within 50 ms'),
  );
  expect(connection.text).toContain('<ping');
});

test('two requests with the same id cannot wait at once', async () => {
  const { link } = await onlineLink();
  const first = expect(link.request(ask({ id: 'a' }))).rejects.toBeInstanceOf(LinkDown);
  await expect(link.request(ask({ id: 'a' }))).rejects.toThrow('already waiting');
  await link.stop();
  await first;
});

test('requests are rejected when the connection breaks', async () => {
  const { link, connection } = await onlineLink();
  const answer = link.request(ask());
  await connection.received(/<ping/);
  connection.socket.destroy();
  await expect(answer).rejects.toBeInstanceOf(LinkDown);
});

test('stanzas leave in the order of the calls', async () => {
  const { link, connection } = await onlineLink();
  connection.socket.pause();
  const text = 'x'.repeat(100_000);
  const sends = Array.from({ length: 50 }, (_, n) => link.send(message(`m${n}`, text)));
  await delay(20);
  connection.socket.resume();
  await Promise.all(sends);
  await connection.received(/id="m49"/);
  const ids = [...connection.text.matchAll(/ id="(m\d+)"/g)].map(([, id]) => id);
  expect(ids).toEqual(Array.from({ length: 50 }, (_, n) => `m${n}`));
});

test('nothing is read while the handlers hang, and everything is read afterwards', async () => {
  const { link, connection } = await onlineLink();
  let handled = 0;
  let release = () => {};
  const stuck = new Promise<void>((resolve) => {
    release = resolve;
  });
  link.onStanza(() => {
    handled += 1;
    return stuck;
  });
  for (let n = 0; n < 10_000; n += 1) connection.write(bulky(n));
  await until(() => handled > 16, 'the first stanzas');
  const atFirst = await unchanging(() => handled);
  expect(atFirst).toBeLessThan(100);
  expect(connection.socket.writableLength).toBeGreaterThan(1_000_000);
  release();
  await until(() => handled === 10_000, 'all stanzas');
});

test('silence because we do not read does not count as a dead server', async () => {
  const timings = { keepAliveMs: 400, pingTimeoutMs: 400 };
  const { server, link, connection } = await onlineLink({ timings });
  let release = () => {};
  link.onStanza(() => new Promise<void>((resolve) => (release = resolve)));
  connection.write("<message from='example.org'/>".repeat(30));
  await delay(2_000);
  expect(server.connections.length).toBe(1);
  expect(link.isOnline).toBe(true);
  release();
});

test('handlers that hang from an old connection keep the next one paused', async () => {
  const { server, link, connection } = await onlineLink();
  let handled = 0;
  link.onStanza(() => {
    handled += 1;
    return new Promise<void>(() => {});
  });
  connection.write("<message from='example.org'/>".repeat(20));
  await until(() => handled === 20, 'the stanzas');
  connection.socket.destroy();
  const next = await server.connection(2);
  await online(link);
  next.write("<message from='example.org'/>".repeat(20));
  await delay(100);
  expect(handled).toBe(20);
});

test('a handler that fails is logged once, and the next stanzas are handled', async () => {
  const { link, lines, connection } = await onlineLink();
  const seen: (string | undefined)[] = [];
  link.onStanza(async ({ attrs }) => {
    seen.push(attrs['id']);
    if (attrs['id'] === 'm1') throw new Error('oops');
  });
  connection.write("<message id='m1' from='a@b'/><message id='m2' from='a@b'/>");
  await until(() => seen.length === 2, 'both messages');
  const bugs = lines.filter(({ level }) => level === ERROR).map(({ msg }) => msg);
  expect(bugs).toEqual(['a stanza could not be handled: this is a bug, please report it']);
});

test('a handler that cannot answer because the link is down is not logged as a bug', async () => {
  const { link, lines, connection } = await onlineLink();
  link.onStanza(async () => {
    await offline(link);
    await link.send(message('answer'));
  });
  connection.write("<message from='a@b'/>");
  await delay(20);
  connection.socket.destroy();
  await until(() => lines.some(({ msg }) => msg === 'a stanza was left unanswered'), 'the line');
  expect(lines.filter(({ level }) => level === ERROR)).toEqual([]);
});

test('a listener that fails does not stop the other listeners', async () => {
  const server = await startServer();
  const { link, lines } = linkTo(server.port);
  const told: string[] = [];
  link.onOnline(() => {
    throw new Error('oops');
  });
  link.onOnline(() => told.push('online'));
  link.start();
  await online(link);
  expect(told).toEqual(['online']);
  expect(lines.filter(({ level }) => level === ERROR).length).toBe(1);
});

test('stopping closes the stream, and the link does not connect again', async () => {
  const { server, link, connection } = await onlineLink();
  await link.send(message('last'));
  await Promise.all([link.stop(), link.stop()]);
  expect(link.isOnline).toBe(false);
  await connection.closed();
  expect(connection.text).toMatch(/id="last".*<\/stream:stream>$/);
  await delay(100);
  expect(server.connections.length).toBe(1);
});

test('stopping does not wait long for a server that does not answer', async () => {
  const { link, connection } = await onlineLink();
  connection.socket.pause();
  expect(await stopped(link)).toBeLessThan(1_500);
});

test('stopping is quick while the link waits for the stream header', async () => {
  const server = await startServer({ onHeader: ({ socket }) => socket.pause() });
  const { link } = linkTo(server.port, { timings: { closeMs: 4_000 } });
  link.start();
  await until(() => server.connections[0]?.text.includes('<stream:') === true, 'the header');
  expect(await stopped(link)).toBeLessThan(1_000);
  server.connections[0]?.socket.resume();
  await server.connections[0]?.closed();
});

test('stopping is quick between two attempts', async () => {
  const { link, lines } = linkTo(await freePort(), {
    timings: { retryFirstMs: 5_000, retryMaxMs: 5_000 },
  });
  link.start();
  await until(() => lines.length === 1, 'the first try');
  expect(await stopped(link)).toBeLessThan(1_000);
});

test('a link that was never started can be stopped', async () => {
  expect(await stopped(linkTo(1).link)).toBeLessThan(1_000);
});

/** How long stopping took. */
function stopped(link: Link): Promise<number> {
  return ownTimeOf(link.stop());
}

// Large enough that one read holds few of them.
function bulky(n: number): string {
  return `<message id='m${n}' from='example.org'><body>${'x'.repeat(2_000)}</body></message>`;
}

async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

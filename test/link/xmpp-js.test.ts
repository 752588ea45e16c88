import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LinkBusy, LinkDown } from '../../src/link/link.ts';
import type { Element } from '../../src/protocol/xml.ts';
import { unchanging } from '../support/own-time.ts';
import { until } from '../support/until.ts';
import { ask, linkTo, message, offline, online, onlineLink, said, startServer } from './fixture.ts';

// What @xmpp/component 0.13.1 leaves to its user, one test each.

test('a character that is split between two reads arrives whole', async () => {
  const { link, connection } = await onlineLink();
  const ids: (string | undefined)[] = [];
  link.onStanza(async ({ attrs }) => void ids.push(attrs['id']));
  const bytes = Buffer.from("<message from='alice@example.org' id='回执😀'/>", 'utf8');
  for (const byte of bytes) {
    connection.write(Buffer.of(byte));
    await delay(1);
  }
  await until(() => ids.length === 1, 'the message');
  expect(ids).toEqual(['回执😀']);
});

test('a refused secret is logged once with what to do, and the next attempts are slow', async () => {
  const server = await startServer({ secret: 'right' });
  const { link, lines } = linkTo(server.port, { secret: 'wrong', timings: { retrySlowMs: 1_200 } });
  link.start();
  const [first, second] = [await server.connection(1), await server.connection(2)];
  // The library would be back after a second.
  expect(second.openedAt - first.openedAt).toBeGreaterThan(1_195);
  expect(said(lines)).toEqual([
    `127.0.0.1:${server.port} refused the secret of receipts.example.org (not-authorized: Given token does not match calculated token): it must equal component_secret of that Component in Prosody, or its password in ejabberd. ejabberd says the same if no listener has receipts.example.org among its hosts; trying again slowly`,
  ]);
});

test('the wait between two attempts doubles up to its limit', async () => {
  const server = await startServer({ onHeader: ({ socket }) => socket.destroy() });
  const { link } = linkTo(server.port, { timings: { retryFirstMs: 40, retryMaxMs: 200 } });
  link.start();
  await until(() => server.connections.length === 6, '6 tries');
  const gaps = server.connections
    .map(({ openedAt }, n) => openedAt - (server.connections[n - 1]?.openedAt ?? 0))
    .slice(1);
  for (const [n, expected] of [40, 80, 160, 200, 200].entries()) {
    expect(gaps[n]).toBeGreaterThan(expected - 5);
  }
});

test('sending without a connection rejects and does not throw', async () => {
  const { link } = linkTo(1);
  const sent = link.send(message('m1'));
  await expect(sent).rejects.toBeInstanceOf(LinkDown);
  await expect(sent).rejects.toThrow(
    'not connected to 127.0.0.1:1: the log says why; reconnecting automatically',
  );
  await expect(link.request(ask())).rejects.toBeInstanceOf(LinkDown);
});

describe('a slow handshake', () => {
  test('a handshake that takes longer than the 2 s of the library is waited for', async () => {
    const server = await startServer({
      onHandshake: (connection) => void setTimeout(() => connection.accept(), 2_500),
    });
    const { link, lines } = linkTo(server.port);
    link.start();
    await online(link);
    expect(said(lines)).toEqual([]);
    expect(server.connections.length).toBe(1);
  });

  test.for([
    ['the stream header', { onHeader: () => {} }],
    ['the handshake', { onHandshake: () => {} }],
  ] as const)('a handshake that never comes ends the connection: %s', async ([, options]) => {
    const server = await startServer(options);
    const { link, lines } = linkTo(server.port, { timings: { connectMs: 100 } });
    link.start();
    await until(() => server.connections.length === 3, 'the third try');
    await server.connections[0]?.closed();
    await server.connections[1]?.closed();
    expect(said(lines)).toEqual([
      `127.0.0.1:${server.port} did not complete the handshake within 100 ms: is that the server's component port, and is the server overloaded? reconnecting automatically`,
    ]);
  });
});

test('a server that reads nothing does not fill the memory', async () => {
  const { link, connection } = await onlineLink();
  connection.socket.pause();
  const text = 'x'.repeat(2_000);
  const sends = Array.from({ length: 20_000 }, (_, n) => link.send(message(`m${n}`, text)));
  const results = Promise.allSettled(sends);
  await delay(100);
  connection.socket.resume();
  const taken = (await results).filter(({ status }) => status === 'fulfilled').length;
  // 1 MB in the socket, 8 MB before it, and what the system's buffers took.
  expect(taken).toBeGreaterThan(4_000);
  expect(taken).toBeLessThan(10_000);
  await expect(sends.at(-1)).rejects.toBeInstanceOf(LinkBusy);
  await connection.received(/id="m0"/);
  await until(() => connection.text.split('<message').length === taken + 1, 'what was taken');
});

test('forbidden characters are replaced at any depth, and the caller’s element stays as it was', async () => {
  const { link, connection } = await onlineLink();
  const stanza = message('a\u0000b\ud800', 'bell\u0007', '\ufffe\uffff', ' tab\t 😀');
  await link.send(stanza);
  await connection.received(
    /<message from="receipts.example.org" to="alice@example.org" id="a\ufffdb\ufffd"><body>bell\ufffd\ufffd\ufffd tab\t 😀<\/body>/,
  );
  expect(stanza.attrs).toEqual({ to: 'alice@example.org', id: 'a\u0000b\ud800' });
});

describe('text that cannot be read', () => {
  test.for([
    ['mismatched tags', '<message><a></b></message></message><c/></d>'],
    ['an illegal character', "<message id='&#0;'/>"],
    ['an illegal reference', '<message>&#xZZ;</message>'],
    ['an unknown entity', '<message>&nbsp;</message>'],
    ['an end without a start', '</message></message>'],
    ['data after the end', '</stream:stream><message/></x></y>'],
  ])('text that cannot be read ends the stream, not the process: %s', async ([, xml = '']) => {
    const { server, link, connection } = await onlineLink();
    connection.write(xml);
    await connection.closed();
    await server.connection(2);
    await online(link);
  });

  test('text that cannot be read is logged', async () => {
    const { server, lines, connection } = await onlineLink();
    connection.write("<message id='&#0;'/>");
    await server.connection(2);
    expect(said(lines)).toEqual([
      `127.0.0.1:${server.port} sent XML that cannot be read (Error: Illegal XML character 0x0): connection dropped; reconnecting automatically`,
    ]);
  });
});

test('a write that fails is rejected', async () => {
  const { link, connection } = await onlineLink();
  connection.socket.pause();
  const text = 'x'.repeat(100_000);
  const outcomes: string[] = [];
  const sends = Array.from({ length: 80 }, (_, n) =>
    link.send(message(`m${n}`, text)).then(
      () => outcomes.push('taken'),
      (error: Error) => outcomes.push(error.name),
    ),
  );
  const taken = await unchanging(() => outcomes.length); // the system's buffers are full
  connection.socket.resetAndDestroy();
  await Promise.all(sends);
  expect(taken).toBeLessThan(70);
  expect(outcomes.slice(taken)).toEqual(Array(80 - taken).fill('LinkDown'));
});

describe('half-open connections', () => {
  const timings = { keepAliveMs: 150, pingTimeoutMs: 100 };

  test('a connection is given up when a ping brings no answer', async () => {
    const { server, link, lines, connection } = await onlineLink({ timings });
    await connection.received(
      /<iq id="[^"]+" from="receipts.example.org" type="get" to="receipts.example.org"><ping xmlns="urn:xmpp:ping"\/>/,
    );
    await offline(link);
    await server.connection(2);
    expect(said(lines)).toEqual([
      `lost the connection to 127.0.0.1:${server.port} (no answer to a ping in 250 ms): reconnecting automatically`,
    ]);
  });

  test('a connection is kept when an error answers the ping', async () => {
    const { server, connection } = await onlineLink({
      timings: { keepAliveMs: 150, pingTimeoutMs: 600 },
    });
    for (let pings = 0; pings < 4; pings += 1) {
      connection.text = '';
      const [, id] = await connection.received(/<iq id="([^"]+)"/);
      connection.write(`<iq type='error' id='${id}' from='receipts.example.org'/>`);
    }
    expect(server.connections.length).toBe(1);
  });

  test('a half-open connection is found also while handlers are stuck because the server reads nothing', async () => {
    const { server, link, connection } = await onlineLink({ timings });
    link.onStanza(() => link.send(message('answer', 'x'.repeat(1_000_000))));
    connection.socket.pause();
    connection.write("<message from='example.org'/>".repeat(20));
    await server.connection(2);
  });
});

test('a secret may have any characters', async () => {
  await onlineLink({ secret: '密码 Straße' });
});

test('stanzas that come together with the end of the handshake are handled after it', async () => {
  const server = await startServer({
    onHandshake: (connection) => connection.accept("<message id='m1' from='example.org'/>"),
  });
  const { link } = linkTo(server.port);
  const seen: [Element, boolean][] = [];
  link.onStanza(async (stanza) => void seen.push([stanza, link.isOnline]));
  link.start();
  await until(() => seen.length === 1, 'the message');
  expect(seen[0]?.[1]).toBe(true);
});

test('the library answers no request by itself', async () => {
  const { link, connection } = await onlineLink();
  link.onStanza(async () => {});
  connection.write(
    "<iq type='get' id='q1' from='a@b/@ @@' to='receipts.example.org'><x xmlns='y'/></iq>",
  );
  await delay(100);
  expect(connection.text).not.toContain('q1');
  expect(link.isOnline).toBe(true);
});

test('a server that points elsewhere is not followed', async () => {
  const { server, connection } = await onlineLink();
  const elsewhere = await startServer();
  connection.write(
    `<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>127.0.0.1:${elsewhere.port}</see-other-host></stream:error>`,
  );
  await server.connection(2);
  await delay(50);
  expect(elsewhere.connections.length).toBe(0);
});

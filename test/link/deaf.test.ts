import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { FakeConnection } from '../support/fake-server.ts';
import { ownTimeOf } from '../support/own-time.ts';
import { onlineLink, said } from './fixture.ts';

const TIMINGS = { keepAliveMs: 100, pingTimeoutMs: 100 };
/** Both times together, and the time between two looks at them. */
const DROPPED_AFTER_MS = 400;

const DEAFENING = {
  'a DOCTYPE': '<!DOCTYPE x [<!ENTITY y "z">]>',
  'a second stream header':
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='s2'>",
  'a stanza without an end': "<message from='example.org'><body>and then",
  'white space only': ' ',
};

test.for(Object.entries(DEAFENING))(
  'after %s the connection is dropped in the time of the keepalive, however much still comes',
  async ([what, bytes]) => {
    const { server, link, lines, connection } = await onlineLink({ timings: TIMINGS });
    connection.write(bytes);
    keepSaying(connection, what.startsWith('white') ? ' ' : "<presence from='example.org'/>");
    expect(await ownTimeOf(connection.closed())).toBeLessThan(DROPPED_AFTER_MS);
    await server.connection(2);
    expect(said(lines)).toEqual([expect.stringMatching(/no answer to a ping/)]);
    await link.stop();
  },
);

test('a server that sends stanzas and answers no ping is dropped, because it may not hear us', async () => {
  const { server, connection } = await onlineLink({ timings: TIMINGS });
  keepSaying(connection, "<presence from='example.org'/>");
  await server.connection(2);
});

test('a server that answers pings is kept, by a result or an error', async () => {
  const timings = { keepAliveMs: 100, pingTimeoutMs: 800 };
  const { server, link, connection } = await onlineLink({ timings });
  const answered = new Set<string>();
  const timer = setInterval(() => {
    for (const [, id = ''] of connection.text.matchAll(/ id="([^"]+)"/g)) {
      if (answered.has(id)) continue;
      answered.add(id);
      const type = answered.size % 2 === 0 ? 'result' : 'error';
      connection.write(`<iq type='${type}' id='${id}' from='receipts.example.org'/>`);
    }
  }, 10);
  onTestFinished(() => clearInterval(timer));
  await delay(3_000);
  expect(answered.size).toBeGreaterThan(3);
  expect(link.isOnline).toBe(true);
  expect(server.connections.length).toBe(1);
});

function keepSaying(connection: FakeConnection, bytes: string): void {
  const timer = setInterval(() => connection.write(bytes), 10);
  onTestFinished(() => clearInterval(timer));
}

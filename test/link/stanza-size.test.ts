import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StanzaTooBig } from '../../src/link/link.ts';
import { message, online, onlineLink, said } from './fixture.ts';

test.for(['policy-violation', 'not-well-formed'])(
  'after %s at a long stanza half of its size is sent, the log names the options, and what is longer is refused',
  async (condition) => {
    const { server, link, lines, connection } = await onlineLink();
    await link.send(message('long', 'x'.repeat(40_000)));
    await connection.received(/<\/message>/);
    connection.refuse(condition);
    const second = await server.connection(2);
    await online(link);
    expect(said(lines)).toEqual([
      expect.stringMatching(
        /ended the stream at a stanza of 40\d{3} bytes .*component_stanza_size_limit.*max_stanza_size/,
      ),
    ]);
    expect(link.maxBytes).toBeGreaterThan(20_000);
    expect(link.maxBytes).toBeLessThan(21_000);
    expect(link.fits(message('again', 'x'.repeat(40_000)))).toBe(false);
    const again = link.send(message('again', 'x'.repeat(40_000)));
    await expect(again).rejects.toBeInstanceOf(StanzaTooBig);
    await expect(again).rejects.toThrow(
      /the server takes \d+: raise component_stanza_size_limit in Prosody, or max_stanza_size of the ejabberd_service listener in ejabberd$/,
    );
    await link.send(message('short', 'x'.repeat(15_000)));
    await second.received(/id="short"/);
    expect(second.text).not.toContain('again');
  },
);

test('what was learned before holds from the first stream on, for as long as was said', async () => {
  const { link } = await onlineLink();
  link.limitTo(20_000, 300);
  await expect(link.send(message('long', 'x'.repeat(40_000)))).rejects.toThrow(StanzaTooBig);
  await sleep(350);
  expect(link.maxBytes).toBe(Infinity);
});

test('who wants to keep it hears of the longest stanza that is sent from now on', async () => {
  const { server, link, connection } = await onlineLink();
  const learned: number[] = [];
  link.onLimited((bytes) => learned.push(bytes));
  await link.send(message('long', 'x'.repeat(40_000)));
  await connection.received(/<\/message>/);
  connection.refuse('policy-violation');
  await server.connection(2);
  expect(learned).toEqual([link.maxBytes]);
});

test('a stream that ends after the server has read all that was long says nothing about sizes', async () => {
  const { server, link, lines, connection } = await onlineLink();
  await link.send(message('long', 'x'.repeat(40_000)));
  const answer = link.request(message('ask'));
  await connection.received(/id="ask"/);
  connection.write("<iq type='result' id='ask' from='alice@example.org'/>");
  await answer;
  connection.refuse('policy-violation');
  await server.connection(2);
  expect(link.maxBytes).toBe(Infinity);
  expect(said(lines).join()).not.toContain('component_stanza_size_limit');
});

test('what every server must take is sent, whatever ended the stream', async () => {
  const { server, link, connection } = await onlineLink();
  for (let n = 1; n < 4; n += 1) {
    await link.send(message('long', 'x'.repeat(10_100)));
    await (n === 1 ? connection : await server.connection(n)).received(/<\/message>/);
    (await server.connection(n)).refuse('policy-violation');
    await server.connection(n + 1);
    await online(link);
    if (link.maxBytes === 10_000) break;
  }
  expect(link.maxBytes).toBe(10_000);
});

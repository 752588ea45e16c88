import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { LONGEST_READ } from '../../src/link/guarded-reading.ts';
import { until } from '../support/until.ts';
import { onlineLink, said } from './fixture.ts';

const CHUNK = 60_000;
const MEGABYTE = 2 ** 20;

const ENDLESS = {
  text: 'x'.repeat(CHUNK),
  'an attribute': 'x'.repeat(CHUNK),
  elements: '<a>'.repeat(CHUNK / 3),
  'a comment': 'x'.repeat(CHUNK),
};

const BEGINNINGS: Readonly<Record<keyof typeof ENDLESS, string>> = {
  text: "<message from='example.org'><body>",
  'an attribute': "<message from='example.org' id='",
  elements: "<message from='example.org'>",
  'a comment': '<!-- ',
};

test.for(Object.keys(ENDLESS) as (keyof typeof ENDLESS)[])(
  'a stanza of %s that has no end is read up to 4 MB, and then the connection is dropped',
  async (what) => {
    const { server, link, lines, connection } = await onlineLink();
    connection.write(BEGINNINGS[what]);
    for (let sent = 0; sent < 2 * LONGEST_READ; sent += CHUNK) connection.write(ENDLESS[what]);
    await server.connection(2);
    expect(said(lines)).toEqual([expect.stringMatching(/4194304 characters and no stanza ended/)]);
    await link.stop();
  },
);

test('six times the longest stanza that servers take by default is read', async () => {
  const { link, connection } = await onlineLink();
  const seen: string[] = [];
  link.onStanza(async (stanza) => void seen.push(stanza.getChild('body')?.getText() ?? ''));
  connection.write(`<message from='a@b'><body>${'&quot;'.repeat(512 * 1024)}</body></message>`);
  await until(() => seen.length === 1, 'the message');
  expect(seen[0]).toHaveLength(512 * 1024);
});

test('many stanzas one after the other are no long stanza', async () => {
  const { server, link, connection } = await onlineLink();
  let handled = 0;
  link.onStanza(async () => {
    handled += 1;
  });
  const stanza = `<message from='a@b'><body>${'x'.repeat(CHUNK)}</body></message>`;
  for (let n = 0; n < 150; n += 1) connection.write(stanza);
  await until(() => handled === 150, 'all stanzas');
  expect(server.connections.length).toBe(1);
});

test('what stands between stanzas is not kept', async () => {
  const { link, connection } = await onlineLink();
  let handled = 0;
  link.onStanza(async () => {
    handled += 1;
  });
  const before = await liveHeap();
  const blanks = ' '.repeat(5000);
  for (let n = 0; n < 10_000; n += 1) connection.write(`${blanks}<presence from='a@b'/>`);
  await until(() => handled === 10_000, 'all stanzas');
  expect((await liveHeap()) - before).toBeLessThan(10 * MEGABYTE);
});

async function liveHeap(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  await delay(20);
  collect();
  return process.memoryUsage().heapUsed;
}

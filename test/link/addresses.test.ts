import { expect, test } from 'vitest';
import { Addresses } from '../../src/link/addresses.ts';
import { linkTo, online, startServer } from './fixture.ts';

const ADDRESSES = [1, 2, 3].map((port) => ({ host: '127.0.0.1', port }));
const [FIRST = { host: '', port: 0 }, ...OTHERS] = ADDRESSES;

test('the addresses are tried in turn, and after the last one comes the first one', () => {
  const addresses = new Addresses(FIRST, OTHERS);
  const ports = Array.from({ length: 4 }, () => {
    const { port } = addresses.current;
    addresses.moveOn('soon');
    return port;
  });
  expect(ports).toEqual([1, 2, 3, 1]);
});

test('an error that an operator must correct makes us wait only when all addresses were tried', () => {
  const addresses = new Addresses(FIRST, OTHERS);
  const retries = [1, 2, 3, 4].map(() => addresses.moveOn('slowly'));
  expect(retries).toEqual(['soon', 'soon', 'slowly', 'slowly']);
  addresses.connected();
  expect(addresses.moveOn('slowly')).toBe('soon');
  expect(addresses.moveOn('rarely')).toBe('rarely');
});

test('a link goes to the next address when the server at the first one is gone', async () => {
  const first = await startServer();
  const second = await startServer();
  const { link, lines } = linkTo(first.port, { others: [second.port] });
  link.start();
  await online(link);
  const addresses = [first, second].map(({ port }) => `127.0.0.1:${port}`);
  await first.close();
  await second.connection(1);
  await online(link);
  const connected = lines.filter(({ msg }) => msg === 'connected').map(({ server }) => server);
  expect(connected).toEqual(addresses);
});

test('a link that is refused at one address tries the next one without the wait for operators', async () => {
  const first = await startServer({ secret: 'another' });
  const second = await startServer();
  const { link } = linkTo(first.port, { others: [second.port], timings: { retrySlowMs: 600_000 } });
  link.start();
  await online(link);
  expect(second.connections).toHaveLength(1);
});

test('an address that does not answer is given up sooner where there is another one', async () => {
  const silent = await startServer({ onHeader: () => {} });
  const second = await startServer();
  const timings = { connectMs: 600_000, connectInTurnMs: 50 };
  const { link } = linkTo(silent.port, { others: [second.port], timings });
  link.start();
  await online(link);
  expect(second.connections).toHaveLength(1);
});

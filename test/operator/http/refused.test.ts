import { afterEach, beforeEach, expect, test } from 'vitest';
import { countRefusals } from '../../../src/operator/http/refused.ts';
import { ApiStage, TOKEN } from '../../support/api.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';

let daemon: DaemonAtWork;
let stage: ApiStage;

beforeEach(async () => {
  daemon = new DaemonAtWork();
  stage = await ApiStage.open(daemon.operator);
});

afterEach(async () => {
  await stage.close();
  await daemon.stop();
});

const BEARER = `Bearer ${TOKEN}`;

test.each([
  ['without a token', 401, 'no token (401)', '/api/status', {}],
  ['with a wrong token', 401, 'wrong token (401)', '/api/status', { authorization: 'Bearer x' }],
  ['for what is not there', 404, 'not found (404)', '/api/x', { authorization: BEARER }],
])(
  'a request %s is refused and counted by its status %i',
  async (_, status, reason, path, headers) => {
    expect((await stage.fetch(path, headers)).status).toBe(status);
    expect(stage.counters.all()).toEqual({ [`http requests refused: ${reason}`]: 1 });
  },
);

test.each([
  ['a wrong token', { origin: undefined }, 401, 'wrong token (401)'],
  [
    'a token from the page of somebody else',
    { origin: 'http://evil.test' },
    403,
    'other page (403)',
  ],
])('%s in the form of the page is counted', async (_, { origin }, status, reason) => {
  const { host, port } = stage.listening;
  const answer = await fetch(`http://${host}:${port}/login`, {
    method: 'POST',
    headers: origin === undefined ? {} : { origin },
    body: new URLSearchParams({ token: 'wrong' }),
  });
  expect(answer.status).toBe(status);
  expect(stage.counters.all()).toEqual({ [`http requests refused: ${reason}`]: 1 });
});

test('what is answered, and a browser that is led to the form, are not counted', async () => {
  expect((await stage.ask('/api/status')).status).toBe(200);
  expect((await stage.fetch('/', { accept: 'text/html' })).url).toMatch(/\/login$/);
  expect(stage.counters.all()).toEqual({});
});

test.each([
  [400, 'bad request (400)'],
  [409, 'not now (409)'],
  [413, 'too long (413)'],
  [421, 'other name (421)'],
  [429, 'too many wrong tokens (429)'],
  [500, 'failed (500)'],
  [503, 'store fails (503)'],
  [418, 'other'],
])('the status %i is counted as: %s', async (status, reason) => {
  const counted: string[] = [];
  const count = countRefusals({ count: (name) => void counted.push(name) });
  await count({ res: { status } } as never, async () => {});
  expect(counted).toEqual([`http requests refused: ${reason}`]);
});

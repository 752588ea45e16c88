import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiClient } from '../../../src/operator/cli/api-client.ts';
import { WRONG_TOKENS } from '../../../src/operator/http/token-check.ts';
import { ApiStage, TOKEN } from '../../support/api.ts';
import { operatorWith } from '../../support/operator.ts';

describe('who gives too many wrong tokens', () => {
  let stage: ApiStage;

  beforeEach(async () => {
    stage = await ApiStage.open(operatorWith({}));
  });

  afterEach(() => stage.close());

  const logIn = (token: string) =>
    fetch(`http://127.0.0.1:${stage.listening.port}/login`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
      redirect: 'manual',
    });

  async function guess(times: number): Promise<void> {
    const half = Array.from({ length: times / 2 });
    const answers = await Promise.all(
      half.flatMap(() => [
        stage.fetch('/api/status', { authorization: 'Bearer guessed' }),
        logIn('guessed'),
      ]),
    );
    for (const { status } of answers) expect(status).toBe(401);
  }

  test('is not looked at any more, neither by the API nor by the page, and told when to come again', async () => {
    await guess(WRONG_TOKENS.ofAnAddress);
    for (const answer of [await stage.ask('/api/status'), await logIn(TOKEN)]) {
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(50);
      expect(await answer.text()).toMatch(/too many wrong tokens/);
    }
    expect(stage.counters.all()).toEqual({
      'http requests refused: wrong token (401)': WRONG_TOKENS.ofAnAddress,
      'http requests refused: too many wrong tokens (429)': 2,
    });
  });

  test('gets no more in when all guesses come at once', async () => {
    const guesses = Array.from({ length: 60 }, () => logIn('guessed'));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(WRONG_TOKENS.ofAnAddress);
  });

  test('keeps nobody out who comes from another address, is logged in already, or uses the socket', async () => {
    const cookie = (await logIn(TOKEN)).headers.get('set-cookie')?.split(';')[0] ?? '';
    await guess(WRONG_TOKENS.ofAnAddress);
    expect(await statusFrom('127.0.0.2', stage.listening.port)).toBe(200);
    expect((await stage.fetch('/api/status', { cookie })).status).toBe(200);
    const status = await new ApiClient(stage.socket).get<{ component: string }>('/api/status');
    expect(status.component).toBe('receipts.test');
  });

  test('is not somebody who has no token at all', async () => {
    for (let at = 0; at < 2 * WRONG_TOKENS.ofAnAddress; at += 1)
      expect((await stage.fetch('/api/status')).status).toBe(401);
    expect((await stage.ask('/api/status')).status).toBe(200);
  });
});

function statusFrom(localAddress: string, port: number): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/api/status', localAddress, headers };
    const asked = request(options, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

import { statSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../../../src/operator/cli/api-client.ts';
import { ApiStage, TOKEN } from '../../support/api.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';

describe('who may ask the API', () => {
  const daemon = new DaemonAtWork();
  let stage: ApiStage;

  beforeAll(async () => {
    stage = await ApiStage.open(daemon.operator);
  });

  afterAll(async () => {
    await stage.close();
    await daemon.stop();
  });

  test('answers who reaches the Unix socket, which only its owner can', async () => {
    const status = await new ApiClient(stage.socket).get<{ component: string }>('/api/status');
    expect(status.component).toBe('receipts.example.org');
    expect(statSync(stage.socket).mode & 0o777).toBe(0o600);
  });

  test('answers who knows the token', async () => {
    expect((await stage.ask('/api/status')).status).toBe(200);
  });

  test.each(['/api/status', '/api/openapi.json', '/nothing-there'])(
    'refuses %s without the token',
    async (path) => {
      const response = await stage.fetch(path);
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        problem: 'a token is needed: Authorization: Bearer …',
      });
    },
  );

  test('refuses a wrong token', async () => {
    const response = await stage.fetch('/api/status', { authorization: `Bearer ${TOKEN}x` });
    expect(response.status).toBe(401);
  });

  test.each(['/healthz', '/readyz'])('tells %s to everybody who reaches the port', async (path) => {
    expect((await stage.fetch(path)).status).toBe(200);
  });

  test.each(['127.0.0.1', 'localhost', 'OUR.test', '[::1]'])(
    'takes %s as a name of ours',
    async (name) => {
      expect(await statusFor(stage.listening.port, `${name}:${stage.listening.port}`)).toBe(200);
    },
  );

  test('refuses a name that is not ours, even with the token, because it may be a page of a stranger', async () => {
    expect(await statusFor(stage.listening.port, 'evil.test')).toBe(421);
  });

  test('names a path that does not exist, and says where all are listed', async () => {
    const response = await stage.ask('/nothing-there');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      problem: 'nothing is at /nothing-there: see /api/openapi.json',
    });
  });
});

/** `fetch` does not let a caller choose the host. */
function statusFor(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${TOKEN}` };
    request({ host: '127.0.0.1', port, path: '/api/status', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

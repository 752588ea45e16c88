import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiStage } from '../../support/api.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';

describe('a text with NUL, which no database holds', () => {
  const daemon = new DaemonAtWork();
  let stage: ApiStage;

  beforeAll(async () => {
    stage = await ApiStage.open(daemon.operator);
  });

  afterAll(async () => {
    await stage.close();
    await daemon.stop();
  });

  test.each([
    '/api/message?sender=a%00@example.org&recipient=b@example.org&id=m1',
    '/api/message?sender=a@example.org&recipient=b@example.org&id=m%00',
    '/api/messages?sender=a%00@example.org',
    '/api/policy?user=a%00@example.org',
  ])('is refused as bad input before the store is asked: %s', async (path) => {
    const response = await stage.ask(path);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty('problem');
  });
});

import { expect, onTestFinished, test } from 'vitest';
import { DESCRIPTION, makeApi } from '../../../src/operator/http/api.ts';
import { Metrics } from '../../../src/operator/metrics/metrics.ts';
import { Counters } from '../../../src/telemetry/counters.ts';
import { createLogger } from '../../../src/telemetry/log.ts';
import { readPage } from '../../docs/pages.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';

test('docs/openapi.json is what the API says of itself (npm run openapi writes it)', () => {
  const daemon = new DaemonAtWork();
  onTestFinished(() => daemon.stop());
  const log = createLogger({ level: 'silent', addresses: 'shown' });
  const { operator } = daemon;
  const counters = new Counters();
  const metrics = new Metrics({ operator, counters });
  const api = makeApi({ operator, metrics, counters, log });
  expect(JSON.parse(readPage('docs/openapi.json'))).toEqual(
    JSON.parse(JSON.stringify(api.getOpenAPI31Document(DESCRIPTION))),
  );
});

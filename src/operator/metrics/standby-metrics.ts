import { collectDefaultMetrics, Gauge, Registry } from '../../telemetry/prom-client.ts';

/** Whether this daemon waits for another one to end. */
export function standbyGauge(value: 0 | 1): Gauge {
  const gauge = new Gauge({
    name: 'xmpp_receipts_standby',
    help: 'Whether it stands by, because another daemon serves its component (0 or 1).',
    registers: [],
  });
  gauge.set(value);
  return gauge;
}

/** All that Prometheus reads of a daemon that stands by. */
export function standbyMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registry.registerMetric(standbyGauge(1));
  return registry;
}

/** The only import of prom-client: everything that measures and metrics take from it. */
export { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

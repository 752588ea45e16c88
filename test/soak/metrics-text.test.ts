import { expect, test } from 'vitest';
import { MetricsText } from './metrics-text.ts';

const TEXT = `# HELP facts_total Facts.
# TYPE facts_total counter
facts_total{kind="sent"} 3
facts_total{kind="acked"} 4
facts_total_of_others 100
heap_bytes 1.5e+6
`;

test('the values of all labels are added up, or those of one', () => {
  const metrics = new MetricsText(TEXT);
  expect(metrics.sum('facts_total')).toBe(7);
  expect(metrics.sum('facts_total', 'kind="acked"')).toBe(4);
  expect(metrics.sum('heap_bytes')).toBe(1_500_000);
  expect(metrics.sum('unknown')).toBe(0);
});

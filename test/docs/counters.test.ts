import { expect, test } from 'vitest';
import { PLACES } from '../../src/operator/metrics/counter-metrics.ts';
import { readPage } from './pages.ts';

const NOES = Object.keys(PLACES).filter((name) =>
  /refused|ignored|bad|failed|forbidden|not /.test(name),
);

test.each(NOES)('docs/operating.md says what it means that this is counted: %s', (name) => {
  const page = readPage('docs/operating.md').replace(/\s+/g, ' ');
  expect(page.includes(`\`${name}\``) || page.includes(`\`${name}: …\``)).toBe(true);
});

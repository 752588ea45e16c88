import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../src/operator/metrics/metrics.ts';
import { readPage } from '../docs/pages.ts';
import { DaemonAtWork } from '../support/daemon-at-work.ts';
import { Exporter, type Series } from '../support/exporter.ts';
import { HAS_PROMETHEUS, Prometheus, WHERE_PROMETHEUS } from '../support/prometheus.ts';
import { REPOSITORY } from '../support/repository.ts';
import { freePorts } from '../support/server/ports.ts';

const FOLDER = join(REPOSITORY, 'monitoring/prometheus');

const ALERTS = [...readPage('monitoring/prometheus/alerts.yaml').matchAll(/- alert: (\w+)/g)].map(
  ([, name]) => name,
);

test.runIf(HAS_PROMETHEUS).each([
  ['can be read', ['check', 'rules', 'alerts.yaml']],
  ['fire when they should, and only then', ['test', 'rules', 'alerts.test.yaml']],
  ['are named by the example', ['check', 'config', '--syntax-only', 'prometheus.yaml']],
])(`the alerts %s, says promtool${WHERE_PROMETHEUS}`, (_, words) => {
  execFileSync('promtool', words, { cwd: FOLDER, stdio: 'pipe' });
});

test.runIf(HAS_PROMETHEUS)(
  `each alert fires in Prometheus when its metrics say so${WHERE_PROMETHEUS}`,
  async () => {
    const [closed = 0] = await freePorts(1);
    const daemons = await Promise.all(seriesByDaemon().map((series) => Exporter.start(series)));
    const targets = [...daemons.map(({ target }) => target), `127.0.0.1:${closed}`];
    const prometheus = await Prometheus.start(targets, 'not asked for');
    onTestFinished(async () => {
      await prometheus.stop();
      for (const daemon of daemons) await daemon.stop();
    });
    const firing = async () => [...new Set(await prometheus.firing())].sort();
    await expect.poll(firing, { timeout: 40_000, interval: 500 }).toEqual([...ALERTS].sort());
  },
);

test('each metric that an alert asks for is one of the daemon', async () => {
  const daemon = new DaemonAtWork();
  onTestFinished(() => daemon.stop());
  const { counters } = daemon.scene.daemon;
  const text = await new Metrics({ operator: daemon.operator, counters }).text();
  const asked = readPage('monitoring/prometheus/alerts.yaml').matchAll(/xmpp_receipts_\w+/g);
  const names = [...new Set([...asked].map(([name]) => name.replace(/_(bucket|count)$/, '')))];
  expect(names.filter((name) => !text.includes(`# TYPE ${name} `))).toEqual([]);
});

test('each alert has its row in docs/operating.md, which says what to do', () => {
  const rows = readPage('docs/operating.md').matchAll(/^\| `(Receipts\w+)` \|/gm);
  expect([...rows].map(([, name]) => name)).toEqual(ALERTS);
});

/** The series with which promtool sees every alert fire, those of each daemon by themselves. */
function seriesByDaemon(): readonly (readonly Series[])[] {
  const [{ input_series: all }] = parse(readPage('monitoring/prometheus/alerts.test.yaml')).tests;
  const ours: readonly Series[] = all.filter(({ series }: Series) => !series.startsWith('up{'));
  const instance = /instance="\w+",?/;
  const others = ours.filter(({ series }) => instance.test(series));
  const named = others.map((it) => ({ ...it, series: it.series.replace(instance, '') }));
  return [ours.filter((it) => !others.includes(it)), named];
}

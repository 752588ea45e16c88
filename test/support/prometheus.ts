import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { REPOSITORY } from './repository.ts';
import { freePorts } from './server/ports.ts';

const ALERTS = join(REPOSITORY, 'monitoring/prometheus/alerts.yaml');

/** Prometheus and its promtool, of Debian. Nothing installs them: tests that need them say so. */
export const HAS_PROMETHEUS = ['promtool', 'prometheus'].every(isThere);

/** What a test's name says where they are missing. */
export const WHERE_PROMETHEUS = HAS_PROMETHEUS ? '' : ' (not run: prometheus is not installed)';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
}

/** A Prometheus that scrapes daemons each second, with our alerts, which fire at once. */
export class Prometheus {
  readonly #port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    const words = [
      `--config.file=${folder}/prometheus.yaml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    this.#child = spawn('prometheus', words, { stdio: 'ignore' });
  }

  static async start(targets: readonly string[], token: string): Promise<Prometheus> {
    const [port = 0] = await freePorts(1);
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const rules = readFileSync(ALERTS, 'utf8').replace(/^( +for): \w+$/gm, '$1: 1s');
    writeFileSync(join(folder, 'alerts.yaml'), rules);
    writeFileSync(join(folder, 'prometheus.yaml'), stringify(settingsFor(targets, token)));
    return new Prometheus(port, folder);
  }

  /** What an expression comes to now; rejects if Prometheus cannot read it. */
  async ask(expr: string): Promise<readonly Sample[]> {
    const query = new URLSearchParams({ query: expr });
    const url = `http://127.0.0.1:${this.#port}/api/v1/query?${query}`;
    const answer = (await (await fetch(url)).json()) as Answer;
    if (answer.status !== 'success') throw new Error(`${expr}: ${answer.error}`);
    return answer.data.result;
  }

  async firing(): Promise<readonly string[]> {
    const samples = await this.ask('ALERTS{alertstate="firing"}').catch(() => []);
    return samples.map(({ metric }) => metric['alertname'] ?? '');
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill();
    await ended;
    rmSync(this.#folder, { recursive: true });
  }
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly Sample[] };
}

function settingsFor(targets: readonly string[], token: string) {
  return {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yaml'],
    scrape_configs: [
      {
        job_name: 'xmpp-receipts',
        authorization: { credentials: token },
        static_configs: [{ targets }],
      },
    ],
  };
}

function isThere(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

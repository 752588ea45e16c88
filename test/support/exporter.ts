import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A series of promtool's tests: its name with labels, and values such as "0x20 7+1x20". */
export interface Series {
  readonly series: string;
  readonly values: string;
}

/** Values that pass from one scrape to the next. */
const VALUES_A_SCRAPE = 7;

/** What Prometheus scrapes: with each scrape the series have gone on a little. */
export class Exporter {
  readonly #series: readonly Series[];
  readonly #server: Server;
  #scrapes = 0;

  private constructor(series: readonly Series[]) {
    this.#series = series;
    this.#server = createServer((_, response) => {
      response.setHeader('content-type', 'text/plain; version=0.0.4');
      response.end(this.#text());
    });
  }

  static async start(series: readonly Series[]): Promise<Exporter> {
    const exporter = new Exporter(series);
    await new Promise<void>((resolve) => exporter.#server.listen(0, '127.0.0.1', resolve));
    return exporter;
  }

  get target(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #text(): string {
    const at = VALUES_A_SCRAPE * this.#scrapes++;
    const lines = this.#series.map(({ series, values }) => `${series} ${valueAt(values, at)}`);
    return `${lines.join('\n')}\n`;
  }
}

/** "3+2x4" begins with 3 and grows by 2 four times; after the end of all the last value stays. */
function valueAt(values: string, at: number): number {
  const all = values.split(' ').flatMap((part) => {
    const [, first = '', step = '0', times = ''] = /^(\d+)(?:\+(\d+))?x(\d+)$/.exec(part) ?? [];
    return Array.from({ length: Number(times) + 1 }, (_, n) => Number(first) + Number(step) * n);
  });
  return all[Math.min(at, all.length - 1)] ?? Number.NaN;
}

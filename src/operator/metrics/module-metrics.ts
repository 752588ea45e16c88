import { MODULE_COUNTS, type ModuleCount } from '../../protocol/module-counts.ts';
import { Counter } from '../../telemetry/prom-client.ts';
import type { DaemonState } from '../status.ts';

interface Labels {
  readonly kind: string;
  readonly reason: string;
}

const LABELS: Readonly<Record<ModuleCount, Labels>> = {
  'stopped-manual': { kind: 'answer stopped', reason: 'manual' },
  'stopped-refuse': { kind: 'answer stopped', reason: 'refuse' },
  'stopped-manual-named': { kind: 'answer stopped', reason: 'manual, named' },
  'stopped-refuse-named': { kind: 'answer stopped', reason: 'refuse, named' },
  'untracked-exempt': { kind: 'message not tracked', reason: 'exempt' },
  'untracked-answers': { kind: 'message not tracked', reason: 'answers' },
  'untracked-no-content': { kind: 'message not tracked', reason: 'no content' },
  'untracked-no-id': { kind: 'message not tracked', reason: 'no usable id' },
  'untracked-from-room': { kind: 'message not tracked', reason: 'from a room' },
  'unreported-no-id': { kind: 'answer not reported', reason: 'no usable id' },
  'unreported-too-many': { kind: 'answer not reported', reason: 'too many' },
  'unwatched-within': { kind: 'silence not watched', reason: 'no usable time' },
  'orders-refused': { kind: 'order refused', reason: 'not the component' },
};

/** What modules said at their last hello that they have counted. */
export class ModuleMetrics {
  readonly counter = new Counter({
    name: 'xmpp_receipts_module_counts_total',
    help: 'What the module on a server has counted since it was loaded, as of its last hello.',
    labelNames: ['host', 'kind', 'reason'],
    registers: [],
  });

  show(servers: DaemonState['servers']): void {
    this.counter.reset();
    for (const { domain: host, hello } of servers)
      for (const name of MODULE_COUNTS) this.#show(host, name, hello?.health.counts[name]);
  }

  #show(host: string, name: ModuleCount, count: number | undefined): void {
    if (count !== undefined) this.counter.inc({ host, ...LABELS[name] }, count);
  }
}

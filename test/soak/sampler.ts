import { loadavg } from 'node:os';
import type { InsideCode } from '../support/server/server.ts';
import type { MetricsText } from './metrics-text.ts';
import { HOST } from './people.ts';
import { bytesOf, type Usage, usageOf } from './process-usage.ts';
import type { Town } from './town.ts';

/** The values of one moment, by the names of the columns. */
export type Sample = Readonly<Record<string, number>>;

const MEMORY_INSIDE: InsideCode = {
  lua: 'return collectgarbage("count") * 1024',
  erlang: 'erlang:memory(total)',
};

/** The module's process, and the tables that it owns. Of Prosody's one heap nobody can tell whose a part is. */
const MODULE_MEMORY: InsideCode = {
  lua: 'return 0',
  erlang: `Pid = whereis(gen_mod:get_module_proc(hd(Args), mod_receipts)),
{memory, Memory} = process_info(Pid, memory),
Tables = [Table || Table <- ets:all(), ets:info(Table, owner) =:= Pid],
Memory + lists:sum([ets:info(Table, memory) * erlang:system_info(wordsize) || Table <- Tables])`,
};

/** Looks at all parts of a town again and again. */
export class Sampler {
  readonly #town: Town;
  readonly #began = performance.now();
  #before: MetricsText | undefined;

  constructor(town: Town) {
    this.#town = town;
  }

  async take(): Promise<Sample> {
    const { api, place, tally, server } = this.#town;
    const [metrics, figures] = await Promise.all([api.metrics(), place.figures()]);
    const sample = {
      seconds: Math.round((performance.now() - this.#began) / 100) / 10,
      ...(await this.#processes()),
      ...(await this.#serversOwn()),
      'spool bytes': await spoolBytes(server.receiptsPath(HOST, '')),
      ...figures,
      ...ofMetrics(metrics),
      ...this.#lags(metrics),
      ...named(tally, 'people'),
      'load of the machine': loadavg()[0] ?? 0,
      'people online': this.#town.online,
      complaints: this.#town.complaints.length,
    };
    this.#before = metrics;
    return sample;
  }

  async #processes(): Promise<Sample> {
    const { daemon, server, place } = this.#town;
    const [ofDaemon, ofServer, ofStore, ofDriver] = await Promise.all([
      usageOf(daemon.pid),
      usageOf(server.pid),
      place.usage(),
      usageOf(process.pid),
    ]);
    return {
      ...columns('daemon', ofDaemon),
      ...columns('server', ofServer),
      ...(ofStore === undefined ? {} : columns('database', ofStore)),
      ...columns('driver', ofDriver),
    };
  }

  async #serversOwn(): Promise<Sample> {
    const { server } = this.#town;
    const inside = Number(await server.runInside(MEMORY_INSIDE));
    const name = server.kind === 'ejabberd' ? 'server Erlang bytes' : 'server Lua bytes';
    if (server.kind !== 'ejabberd') return { [name]: inside };
    return { [name]: inside, 'module bytes': Number(await server.runInside(MODULE_MEMORY, HOST)) };
  }

  /** Means since the sample before. */
  #lags(metrics: MetricsText): Sample {
    const mean = (name: string) => {
      const grown = (end: string) => metrics.sum(name + end) - (this.#before?.sum(name + end) ?? 0);
      return grown('_count') === 0 ? 0 : (grown('_sum') / grown('_count')) * 1000;
    };
    return {
      'lag to commit ms': mean('xmpp_receipts_commit_lag_seconds'),
      'lag to receipt ms': mean('xmpp_receipts_receipt_lag_seconds'),
      'store ms a call': mean('xmpp_receipts_store_seconds'),
    };
  }
}

/** All but what users chose and the files of fixed size: what waits on the disk for the daemon. */
function spoolBytes(folder: string): Promise<number> {
  return bytesOf(folder);
}

function columns(whose: string, { resident, processor, files }: Usage): Sample {
  return {
    [`${whose} resident bytes`]: resident,
    [`${whose} processor seconds`]: processor,
    [`${whose} open files`]: files,
  };
}

function ofMetrics(metrics: MetricsText): Sample {
  return {
    'daemon heap bytes': metrics.sum('nodejs_heap_size_used_bytes'),
    'daemon old space bytes': metrics.sum('nodejs_heap_space_size_used_bytes', 'space="old"'),
    'daemon external bytes': metrics.sum('nodejs_external_memory_bytes'),
    'backlog receipts': metrics.sum('xmpp_receipts_backlog', 'kind="receipts"'),
    'backlog ticks': metrics.sum('xmpp_receipts_backlog', 'kind="ticks"'),
    'backlog questions': metrics.sum('xmpp_receipts_backlog', 'kind="questions"'),
    'facts total': metrics.sum('xmpp_receipts_facts_total'),
    'items total': metrics.sum('xmpp_receipts_items_total', 'outcome="taken"'),
    'receipts sent total': metrics.sum('xmpp_receipts_receipts_sent_total'),
    'failures total': metrics.sum('xmpp_receipts_failures_total'),
    'bad items total': metrics.sum('xmpp_receipts_items_total', 'outcome="bad"'),
    'facts lost total': metrics.sum('xmpp_receipts_facts_lost_total'),
    'batches refused total': metrics.sum('xmpp_receipts_batches_refused_total'),
    'stanzas refused total': metrics.sum('xmpp_receipts_stanzas_refused_total'),
  };
}

function named(values: object, start: string): Sample {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${start} ${name}`, Number(value)]),
  );
}

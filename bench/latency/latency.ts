import { setTimeout as sleep } from 'node:timers/promises';
import { element } from '../../src/protocol/xml.ts';
import type { Client } from '../../test/support/client.ts';
import type { Benchmark, Result, Size } from '../benchmark.ts';
import { percentile, round } from '../measure/figures.ts';
import { verdictOf } from '../measure/interval.ts';
import { ABSENT, GATEWAY, isReceiptFor, NOBODY, READER, type Stage, setStage } from './stage.ts';

const TIMES: Readonly<Record<Size, number>> = { quick: 20, normal: 120, full: 1000 };
const WARM_UP = 20;

/** Longer than a tick and all that follows from it. */
const BETWEEN_MS = 60;

const TICK_MS = 20;
const MOST_MEDIAN_MS = TICK_MS + 10;
const MOST_TIMES_MEDIAN = 3;

/** Makes something happen to a message; resolves when the stanza that causes it has been written. */
type Outcome = (stage: Stage, sender: Client, id: string) => Promise<void>;

const OUTCOMES: Readonly<Record<'stored' | 'failed' | 'displayed' | 'relayed', Outcome>> = {
  stored: async (_, sender, id) => sender.ask(ABSENT, id),
  // Unasked the sender is told nothing: the server's own error is at hand.
  failed: async (_, sender, id) => sender.ask(NOBODY, id, { extra: [report('failed')] }),
  displayed: async ({ reader }, sender, id) => {
    sender.ask(READER, id);
    await reader.waitForMessage(id);
    reader.ack();
    await sleep(BETWEEN_MS);
    reader.displayed(sender.jid, id);
  },
  // Unasked the sender is told after the grace.
  relayed: async (_, sender, id) =>
    sender.ask(`somebody@${GATEWAY}`, id, { extra: [report('relayed')] }),
};

type Status = keyof typeof OUTCOMES;

export const latency: Benchmark = {
  name: 'latency',
  about: 'from an outcome to the receipt at the sender, when nothing else happens',
  async run({ size, say }) {
    const stage = await setStage();
    const results: Result[] = [];
    try {
      for (const status of Object.keys(OUTCOMES) as Status[]) {
        const waits = await measure(stage, status, TIMES[size] + WARM_UP);
        results.push(...resultsOf(status, waits.slice(WARM_UP)));
        say(`${status}: ${results.at(-2)?.figure}`);
      }
    } finally {
      await stage.dispose();
    }
    return results;
  },
};

async function measure(stage: Stage, status: Status, times: number): Promise<readonly number[]> {
  const waits: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const sender = stage.senders[time % stage.senders.length];
    if (sender === undefined) throw new Error('there are no senders');
    waits.push(await measureOne(stage, sender, { status, id: `${status}-${time}` }));
    await sleep(BETWEEN_MS);
  }
  return waits;
}

/** From the stanza that causes the outcome to the receipt, so that the server's own work counts as ours. */
async function measureOne(
  stage: Stage,
  sender: Client,
  { status, id }: { status: Status; id: string },
): Promise<number> {
  const told = sender.waitFor(isReceiptFor(id, status)).then(() => performance.now());
  await OUTCOMES[status](stage, sender, id);
  const startedAt = performance.now();
  return (await told) - startedAt;
}

function resultsOf(status: Status, waits: readonly number[]): readonly Result[] {
  const median = percentile(waits, 0.5);
  const p99 = percentile(waits, 0.99);
  return [
    {
      what: `${status}, median`,
      figure: `${round(median, 1)} ms (${round(Math.min(...waits), 1)}-${round(Math.max(...waits), 1)})`,
      goal: { text: `≤ ${MOST_MEDIAN_MS} ms`, verdict: verdictOf(median <= MOST_MEDIAN_MS) },
    },
    {
      what: `${status}, 99th percentile, times the median`,
      figure: `${round(p99 / median, 1)} (${round(p99, 1)} ms)`,
      goal: {
        text: `≤ ${MOST_TIMES_MEDIAN}`,
        verdict: verdictOf(p99 <= MOST_TIMES_MEDIAN * median),
      },
    },
  ];
}

function report(statuses: string) {
  return element('report', { xmlns: 'xmpp-receipts:1', statuses });
}

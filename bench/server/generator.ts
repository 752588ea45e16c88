import { setTimeout as sleep } from 'node:timers/promises';
import { obey } from '../measure/helper.ts';
import { type Load, Pair } from './pair.ts';

/** The clients of a load, all in one process. */
export type GeneratorOrder =
  | { readonly kind: 'connect'; readonly port: number; readonly pairs: number }
  /** As fast as the server goes: so many of each pair are on their way, and an arrival makes room for the next. */
  | { readonly kind: 'saturate'; readonly messages: number; readonly load: Load }
  | {
      readonly kind: 'pace';
      readonly perSecond: number;
      readonly seconds: number;
      readonly load: Load;
    };

export interface Delivered {
  readonly messages: number;
  readonly seconds: number;
}

const IN_FLIGHT = 40;
const PACE_STEP_MS = 5;

let pairs: readonly Pair[] = [];

async function carryOut(order: GeneratorOrder): Promise<object> {
  switch (order.kind) {
    case 'connect':
      pairs = await connectAll(order.port, order.pairs);
      return {};
    case 'saturate':
      return await saturate(order.messages, order.load);
    case 'pace':
      return await pace(order);
  }
}

async function connectAll(port: number, count: number): Promise<readonly Pair[]> {
  const connected: Pair[] = [];
  for (let number = 0; number < count; number += 1)
    connected.push(await Pair.connect(port, number));
  return connected;
}

async function saturate(messages: number, load: Load): Promise<Delivered> {
  const each = Math.ceil(messages / pairs.length);
  const startedAt = performance.now();
  await Promise.all(pairs.map((pair) => saturatePair(pair, each, load)));
  return { messages: each * pairs.length, seconds: (performance.now() - startedAt) / 1000 };
}

function saturatePair(pair: Pair, messages: number, load: Load): Promise<void> {
  const end = pair.received + messages;
  let unsent = Math.max(0, messages - IN_FLIGHT);
  return new Promise((resolve) => {
    pair.onArrival = (count) => {
      const next = Math.min(count, unsent);
      unsent -= next;
      if (next > 0) pair.send(next, load);
      if (pair.received >= end) resolve();
    };
    pair.send(messages - unsent, load);
  });
}

interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  readonly load: Load;
}

async function pace({ perSecond, seconds, load }: Pace): Promise<Delivered> {
  const messages = perSecond * seconds;
  const end = pairs.reduce((sum, { received }) => sum + received, messages);
  const startedAt = performance.now();
  for (const pair of pairs) pair.onArrival = () => undefined;
  for (let sent = 0; sent < messages; await sleep(PACE_STEP_MS)) {
    const due = Math.min(messages, ((performance.now() - startedAt) / 1000) * perSecond);
    for (; sent < due; sent += 1) pairs[sent % pairs.length]?.send(1, load);
  }
  while (pairs.reduce((sum, { received }) => sum + received, 0) < end) await sleep(PACE_STEP_MS);
  return { messages, seconds: (performance.now() - startedAt) / 1000 };
}

obey(carryOut);

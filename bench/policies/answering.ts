import { obey } from '../measure/helper.ts';
import { Receiver } from '../server/pair.ts';
import { Answerer, type AnswererName, askerOf, PAIRS } from './answerer.ts';

/** Clients that answer, in a process of their own. */
export type AnsweringOrder =
  | { readonly kind: 'connect'; readonly port: number }
  | { readonly kind: 'answer'; readonly who: AnswererName; readonly answers: number };

export interface Answered {
  readonly answers: number;
  readonly seconds: number;
  /** So many of them came to those who had asked. */
  readonly arrived: number;
}

const CHUNK = 50;

const answerers: Record<AnswererName, Answerer[]> = { passing: [], stopped: [] };
const askers: Receiver[] = [];

async function carryOut(order: AnsweringOrder): Promise<object> {
  switch (order.kind) {
    case 'connect':
      return await connectAll(order.port);
    case 'answer':
      return await answerAll(answerers[order.who], order.answers);
  }
}

async function connectAll(port: number): Promise<object> {
  for (let number = 0; number < PAIRS; number += 1) {
    askers.push(await Receiver.connect(port, askerOf(number)));
    for (const name of ['passing', 'stopped'] as const)
      answerers[name].push(await Answerer.connect(port, name, number));
  }
  return {};
}

async function answerAll(all: readonly Answerer[], answers: number): Promise<Answered> {
  const before = arrived();
  const chunks = Math.ceil(answers / all.length / CHUNK);
  const startedAt = performance.now();
  await Promise.all(all.map((answerer) => answerInTurn(answerer, chunks)));
  const seconds = (performance.now() - startedAt) / 1000;
  return { answers: chunks * CHUNK * all.length, seconds, arrived: arrived() - before };
}

/** Two chunks on their way, so that the server never waits for us. */
async function answerInTurn(answerer: Answerer, chunks: number): Promise<void> {
  let earlier = Promise.resolve();
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const next = answerer.answer(CHUNK);
    await earlier;
    earlier = next;
  }
  await earlier;
}

function arrived(): number {
  return askers.reduce((sum, { received }) => sum + received, 0);
}

obey(carryOut);

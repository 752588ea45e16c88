import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Completeness } from '../../src/facts/completeness.ts';
import { NodeCompleteness } from '../../src/facts/node-completeness.ts';
import { MINUTE, SECOND, T0 } from '../support/facts.ts';

const DOMAIN = 'example.org';
const ONE = 'ejabberd@one';
const TWO = 'ejabberd@two';
const of = (node: string) => ({ domain: DOMAIN, node });
const up = (...names: readonly string[]) => names.map((name) => ({ name, isUp: true }));
const down = (name: string) => ({ name, isUp: false });
const quiet = (at: number) => ({ at, waiting: 0 });

let completeness: Completeness;

beforeEach(() => {
  vi.useFakeTimers({ now: T0 / 1000 });
  completeness = new Completeness(Date.now);
  completeness.start();
});

afterEach(() => {
  completeness.stop();
  vi.useRealTimers();
});

const upTo = () => completeness.completeUpTo(DOMAIN);

function hearBoth(first = T0, second = T0): void {
  completeness.hear(of(ONE), quiet(first));
  completeness.hear(of(TWO), quiet(second));
  completeness.list(DOMAIN, up(ONE, TWO));
}

test('a cluster is complete up to the least of its nodes', () => {
  hearBoth(T0 + MINUTE, T0);
  expect(upTo()).toBe(T0);
  completeness.hear(of(TWO), quiet(T0 + 2 * MINUTE));
  expect(upTo()).toBe(T0 + MINUTE);
});

test('facts of a named node alone complete nothing: nobody has said which other nodes there are', () => {
  completeness.hear(of(ONE), quiet(T0));
  expect(upTo()).toBeUndefined();
  completeness.list(DOMAIN, up(ONE));
  expect(upTo()).toBe(T0);
});

test('what a module told before it was updated, without a name, holds back nothing once nodes are named', () => {
  completeness.list(DOMAIN, up(''));
  completeness.take(of(''));
  completeness.hear(of(ONE), quiet(T0));
  completeness.list(DOMAIN, up(ONE));
  completeness.release(of(''));
  completeness.hear(of(''), { at: T0 - SECOND, waiting: 3 });
  completeness.owe(of(''), 'batch');
  expect(upTo()).toBe(T0);
  expect(completeness.isCaughtUp(DOMAIN)).toBe(true);
  expect(completeness.mayHaveSeveralNodes(DOMAIN)).toBe(false);
});

test('a server has several nodes when they are named, and may have them until a list says so', () => {
  expect(completeness.mayHaveSeveralNodes(DOMAIN)).toBe(false);
  completeness.hear(of(ONE), quiet(T0));
  expect(completeness.mayHaveSeveralNodes(DOMAIN)).toBe(true);
  completeness.list(DOMAIN, up(ONE));
  expect(completeness.mayHaveSeveralNodes(DOMAIN)).toBe(false);
  completeness.list(DOMAIN, [...up(ONE), down(TWO)]);
  expect(completeness.mayHaveSeveralNodes(DOMAIN)).toBe(true);
});

test('a node that is down holds back the whole domain until it is back', () => {
  hearBoth();
  completeness.list(DOMAIN, [...up(ONE), down(TWO)]);
  vi.advanceTimersByTime(60_000);
  expect(upTo()).toBeUndefined();
  expect(completeness.isCaughtUp(DOMAIN)).toBe(false);
  completeness.hear(of(TWO), quiet(T0 + MINUTE));
  completeness.list(DOMAIN, up(ONE, TWO));
  expect(upTo()).toBeGreaterThan(T0 + MINUTE - SECOND);
});

test('a node that was dropped holds back nothing, also if it owed a batch', () => {
  hearBoth();
  completeness.owe(of(TWO), 'batch');
  completeness.list(DOMAIN, [...up(ONE), down(TWO)]);
  expect(upTo()).toBeUndefined();
  completeness.list(DOMAIN, up(ONE));
  expect(upTo()).toBe(T0);
  expect(completeness.isCaughtUp(DOMAIN)).toBe(true);
});

test('that a node went down interrupts, so what was put off meanwhile is looked at afterwards', () => {
  hearBoth();
  const before = completeness.interruptionsOf(DOMAIN);
  completeness.list(DOMAIN, [...up(ONE), down(TWO)]);
  expect(completeness.interruptionsOf(DOMAIN)).toBe(before + 1);
});

test('a node that sends facts before anybody names it is one more to wait for', () => {
  hearBoth();
  completeness.take(of('ejabberd@three'));
  expect(upTo()).toBeUndefined();
});

test('a batch in hand of one node stops the silence of that node only', () => {
  hearBoth();
  completeness.take(of(TWO));
  completeness.hear(of(ONE), quiet(T0 + MINUTE));
  vi.advanceTimersByTime(10_000);
  expect(upTo()).toBe(T0);
  completeness.release(of(TWO));
  expect(upTo()).toBeGreaterThan(T0 + 9 * SECOND);
});

test('a batch of a node that was dropped meanwhile is released without effect', () => {
  hearBoth();
  completeness.take(of(TWO));
  completeness.list(DOMAIN, up(ONE));
  completeness.settle(of(TWO), 'batch');
  completeness.release(of(TWO));
  expect(upTo()).toBe(T0);
});

test('after the link was down, the nodes are to be named anew', () => {
  hearBoth();
  completeness.stop();
  completeness.start();
  completeness.hear(of(ONE), quiet(T0));
  completeness.hear(of(TWO), quiet(T0));
  expect(completeness.hasNamedNodes(DOMAIN)).toBe(false);
  expect(upTo()).toBeUndefined();
});

const NODES = [ONE, TWO, 'ejabberd@three'] as const;

type Step =
  | { readonly what: 'hear'; readonly node: string; readonly at: number; readonly waiting: number }
  | { readonly what: 'take' | 'release' | 'owe' | 'settle' | 'forgive'; readonly node: string }
  | { readonly what: 'pass'; readonly ms: number }
  | { readonly what: 'list'; readonly up: readonly string[]; readonly down: readonly string[] };

const node = fc.constantFrom(...NODES);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    what: fc.constant('hear' as const),
    node,
    at: fc.integer({ min: T0, max: T0 + MINUTE }),
    waiting: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({
    what: fc.constantFrom('take', 'release', 'owe', 'settle', 'forgive' as const),
    node,
  }),
  fc.record({ what: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 3000 }) }),
  fc.record({ up: fc.subarray([...NODES]), down: fc.subarray([...NODES]) }).map(({ up, down }) => ({
    what: 'list' as const,
    up,
    down: down.filter((name) => !up.includes(name)),
  })),
);

/** What is known of each node by itself, and which nodes there are. */
class Model {
  readonly nodes = new Map<string, NodeCompleteness>();
  isListed = false;
  listenedFor = 0;

  of(name: string): NodeCompleteness {
    const known = this.nodes.get(name) ?? new NodeCompleteness(() => this.listenedFor);
    this.nodes.set(name, known);
    return known;
  }

  do(it: Step): void {
    if (it.what === 'pass') this.listenedFor += Math.floor(it.ms / 200) * 200;
    else if (it.what === 'list') this.#list(it);
    else if (it.what === 'hear') this.of(it.node).hear(it);
    else if (it.what === 'take' || it.what === 'owe') this.of(it.node)[it.what]('batch');
    else this.nodes.get(it.node)?.[it.what]('batch');
  }

  #list({ up, down }: Extract<Step, { what: 'list' }>): void {
    this.isListed = true;
    const named = [...up, ...down];
    for (const name of this.nodes.keys()) if (!named.includes(name)) this.nodes.delete(name);
    for (const name of named) this.of(name);
    for (const name of down) this.of(name).forget();
  }
}

function carryOut(it: Step): void {
  if (it.what === 'pass') vi.advanceTimersByTime(Math.floor(it.ms / 200) * 200);
  else if (it.what === 'list') completeness.list(DOMAIN, [...up(...it.up), ...it.down.map(down)]);
  else if (it.what === 'hear') completeness.hear(of(it.node), it);
  else if (it.what === 'owe' || it.what === 'settle') completeness[it.what](of(it.node), 'batch');
  else completeness[it.what](of(it.node));
}

test('whatever the nodes say in whatever order, the domain is never complete further than the least of them', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      completeness.stop();
      completeness = new Completeness(Date.now);
      completeness.start();
      const model = new Model();
      for (const it of steps) {
        carryOut(it);
        model.do(it);
        const each = [...model.nodes.values()].map(({ completeUpTo }) => completeUpTo);
        const known = each.filter((at) => at !== undefined);
        const isKnown = model.isListed && known.length === each.length && each.length > 0;
        expect(upTo()).toBe(isKnown ? Math.min(...known) : undefined);
      }
    }),
  );
});

test('the order in which nodes speak changes nothing', () => {
  const words = fc.array(
    fc.record({ node, at: fc.integer({ min: T0, max: T0 + MINUTE }), waiting: fc.nat(2) }),
    { maxLength: 12 },
  );
  const shuffled = words.chain((said) =>
    fc.tuple(fc.constant(said), fc.shuffledSubarray(said, { minLength: said.length })),
  );
  fc.assert(
    fc.property(shuffled, ([said, other]) => {
      expect(completeAfter(orderedByNode(said))).toBe(completeAfter(keepingEachNode(said, other)));
    }),
  );
});

interface Word {
  readonly node: string;
  readonly at: number;
  readonly waiting: number;
}

function completeAfter(said: readonly Word[]): number | undefined {
  const fresh = new Completeness(Date.now);
  for (const { node: name, ...word } of said) fresh.hear(of(name), word);
  fresh.list(DOMAIN, up(...NODES));
  return fresh.completeUpTo(DOMAIN);
}

const orderedByNode = (said: readonly Word[]) =>
  NODES.flatMap((name) => said.filter((word) => word.node === name));

/** The nodes in another order, each node's own words in the order of the first list. */
function keepingEachNode(said: readonly Word[], order: readonly Word[]): readonly Word[] {
  const left = new Map(
    NODES.map((name) => [name as string, said.filter((it) => it.node === name)]),
  );
  return order.map((word) => left.get(word.node)?.shift() ?? word);
}

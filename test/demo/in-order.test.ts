import { describe, expect, test } from 'vitest';
import type { Act, Happening } from '../../demo/happening.ts';
import { InOrder } from '../../demo/in-order.ts';

const act = (at: number, text: string): Act => ({ kind: 'act', at, who: 'Bob', text });

function inOrder() {
  const shown: string[] = [];
  const show = (it: Happening) => void shown.push(it.kind === 'act' ? it.text : it.kind);
  const ignore = () => undefined;
  const order = new InOrder({ show, progress: ignore, beginScene: ignore, conclude: ignore });
  return { order, shown };
}

describe('the order of the demo’s lines', () => {
  test('a line waits until all that happened before it is known, however long that takes', () => {
    const { order, shown } = inOrder();
    order.show(act(1, 'writes'));
    order.show(act(5, 'has a tick'));
    order.showUntil(1);
    expect(shown).toEqual(['writes']);
    order.show(act(2, 'a fact that is known late'));
    order.showUntil(6);
    expect(shown).toEqual(['writes', 'a fact that is known late', 'has a tick']);
  });

  test('what happened in the same moment is shown in the order in which it was noted', () => {
    const { order, shown } = inOrder();
    for (const text of ['first', 'second', 'third']) order.show(act(1, text));
    order.showUntil(1);
    expect(shown).toEqual(['first', 'second', 'third']);
  });

  test('it says whether something is held back, and a new scene begins with nothing held back', () => {
    const { order, shown } = inOrder();
    order.show(act(7, 'late'));
    order.showUntil(6);
    expect(order.isHolding).toBe(true);
    order.beginScene('the next one');
    expect({ shown, isHolding: order.isHolding }).toEqual({ shown: ['late'], isHolding: false });
  });
});

import { expect, test } from 'vitest';
import { Elsewhere } from '../../src/facts/elsewhere.ts';
import { T0 } from '../support/facts.ts';

const THERE = 'there.example';

/** What the daemon of that domain says, and may say next. */
function saying(heard: readonly { completeUpTo: number; hasSeveralNodes: boolean }[]) {
  const member = {
    component: 'receipts.there.example',
    domains: [THERE],
    heard: heard.map((it) => ({ domain: THERE, ...it })),
  };
  return { all: [member] } as unknown as ConstructorParameters<typeof Elsewhere>[0];
}

test('a server of which nothing was said may have facts of any time, on any node', () => {
  const unheard = { completeUpTo: 0, hasSeveralNodes: true };
  expect(new Elsewhere({ all: [] }).timeOf(THERE)).toEqual(unheard);
  expect(new Elsewhere(saying([])).timeOf(THERE)).toEqual(unheard);
});

test('that a server has several nodes is told as its daemon says it', () => {
  for (const hasSeveralNodes of [true, false])
    expect(
      new Elsewhere(saying([{ completeUpTo: T0, hasSeveralNodes }])).timeOf(THERE),
    ).toMatchObject({ completeUpTo: T0, hasSeveralNodes });
});

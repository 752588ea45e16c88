import { expect, onTestFinished, test } from 'vitest';
import type { Operator } from '../../../src/operator/operator.ts';
import type { Timeline } from '../../../src/operator/timeline.ts';
import { ApiStage } from '../../support/api.ts';
import { ALICE, keyOf, T0 } from '../../support/facts.ts';
import { operatorWith } from '../../support/operator.ts';

function timelineOf(id: string): Timeline {
  const known = { startedAt: T0, status: 'accepted', senderKnows: 'accepted' } as const;
  const next = { tick: { kind: 'none', because: 'ticked' }, question: { kind: 'ask' } };
  return { key: keyOf(id), ...known, events: [], tellings: [], next } as unknown as Timeline;
}

async function exported(messagesOf: Operator['messagesOf']): Promise<readonly string[]> {
  const personOf: Operator['personOf'] = async (user) => ({
    user,
    preferences: { policy: 'manual' },
    questions: [],
  });
  const stage = await ApiStage.open(operatorWith({ personOf, messagesOf }));
  onTestFinished(() => stage.close());
  const response = await stage.ask(`/api/export?user=${ALICE}`);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

test('an export is a line for the person, one for each message, and an end', async () => {
  const lines = await exported(async function* () {
    yield timelineOf('m1');
    yield timelineOf('m2');
  });
  expect(lines).toMatchObject([
    { kind: 'person', user: ALICE, preferences: { policy: 'manual' }, questions: [] },
    { kind: 'message', message: { id: 'm1', status: 'accepted' } },
    { kind: 'message', message: { id: 'm2' } },
    { kind: 'end', messages: 2 },
  ]);
});

test('an export that fails on its way has no end', async () => {
  const lines = await exported(async function* () {
    yield timelineOf('m1');
    throw new Error('the store is away');
  });
  expect(lines.map((line) => (line as unknown as { kind: string }).kind)).toEqual([
    'person',
    'message',
  ]);
});

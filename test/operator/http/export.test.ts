import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/store/open.ts';
import { temporaryPath } from '../../store/place.ts';
import { ApiStage } from '../../support/api.ts';
import { DaemonAtWork } from '../../support/daemon-at-work.ts';
import { ALICE, accepted, keyOf } from '../../support/facts.ts';

/** The export of Alice, who has a policy and two messages, one of which may be damaged. */
async function exported(damage?: string): Promise<readonly { readonly kind: string }[]> {
  const path = await temporaryPath();
  const address = `sqlite:${path}`;
  const daemon = new DaemonAtWork({ settings: { store: address }, store: openStore(address) });
  onTestFinished(() => daemon.stop());
  await daemon.operator.setPolicy({ user: ALICE, contact: undefined, policy: 'manual' });
  for (const id of ['m1', 'm2']) await daemon.report(keyOf(id), accepted());
  if (damage !== undefined) vandalize(path, damage);
  const stage = await ApiStage.open(daemon.operator);
  onTestFinished(() => stage.close());
  const response = await stage.ask(`/api/export?user=${ALICE}`);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

function vandalize(path: string, damage: string): void {
  const database = new Database(path);
  database.exec(damage);
  database.close();
}

test('an export is a line for the person, one for each message, and an end', async () => {
  expect(await exported()).toMatchObject([
    { kind: 'person', user: ALICE, preferences: { policy: 'manual' }, questions: [] },
    { kind: 'message', message: { id: 'm1', status: 'accepted' } },
    { kind: 'message', message: { id: 'm2' } },
    { kind: 'end', messages: 2 },
  ]);
});

test('an export that fails on its way has no end', async () => {
  const lines = await exported("UPDATE messages SET record = '{' WHERE id = 'm2'");
  expect(lines.map(({ kind }) => kind)).not.toContain('end');
});

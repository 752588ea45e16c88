import { afterAll, beforeAll, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { say } from '../support/bot-chat.ts';
import type { Client } from '../support/client.ts';
import { unpackFirstVersion } from '../support/first-version.ts';
import { type Pair, startPair } from '../support/pair.ts';
import { COMPONENT } from '../support/stage.ts';

const HOST = 'old.test';
const A_LABEL = 'eve@xn--bcher-kva.test';
const U_LABEL = 'eve@bücher.test';

/** What a query says (docs/protocol.md §3.3). */
async function queried(alice: Client, recipient: string): Promise<string> {
  const query = element('query', { xmlns: 'xmpp-receipts:1', id: 'm1', recipient });
  const answer = await alice.request(element('iq', { type: 'get', to: COMPONENT }, query));
  return answer.attrs['type'] ?? '';
}

let pair: Pair;

beforeAll(async () => {
  unpackFirstVersion();
  pair = await startPair('first', [{ name: HOST }]);
});

afterAll(() => pair?.dispose());

test("what the first daemon knew of a contact in one spelling, today's daemon knows in both", async () => {
  await pair.startDaemon('first');
  await pair.server.register(`alice@${HOST}`);
  const alice = await pair.enter(`alice@${HOST}/pc`);
  alice.ask(A_LABEL, 'm1');
  await expect.poll(() => queried(alice, A_LABEL), { timeout: 20_000 }).toBe('result');
  await say(alice, `policy for ${A_LABEL} refuse`);
  await pair.stopDaemon();
  await pair.startDaemon('today');
  for (const spelling of [A_LABEL, U_LABEL]) {
    expect(await queried(alice, spelling)).toBe('result');
    expect(await say(alice, `status ${spelling} m1`)).toContain(U_LABEL);
  }
  expect(await say(alice, 'policy')).toContain(U_LABEL);
});

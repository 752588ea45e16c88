import { expect, test, vi } from 'vitest';
import { login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { waitForReceipt } from '../support/stage.ts';

const HOST = 'private.test';
const BODY = 'nobody else reads this';

test('a whole run at level debug with addresses hidden tells no account, body or secret', async () => {
  const log = { level: 'debug', addresses: 'hidden' };
  const stage = await OperatorStage.start({ hosts: [{ name: HOST }], settings: { log } });
  for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
  await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
  await stage.daemon.start();
  const alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
  alice.ask(`bob@${HOST}`, 'm1', { body: BODY });
  await waitForReceipt(alice, 'm1', 'stored');
  await login({ jid: `bob@${HOST}/pc`, port: stage.server.ports.c2s, autoReceipt: true });
  alice.ask(`nobody@${HOST}`, 'm2', { body: BODY });
  await vi.waitUntil(() => stage.daemon.output.includes('"id":"m2"'), 20_000);
  await stage.server.restart();
  await stage.daemon.end();
  const { output } = stage.daemon;
  await stage.dispose();
  expect(output).toMatch(/"sender":"user-[0-9a-f]{8}".*a message was judged/);
  expect(output).not.toMatch(/alice|bob|nobody|component secret/);
  expect(output).not.toContain(BODY);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { type Client, login } from '../support/client.ts';
import { expectTold, type Stage, startStage, waitForReceipt } from '../support/stage.ts';

const report = (statuses: string) => element('report', { xmlns: 'xmpp-receipts:1', statuses });

describe('an offline recipient', () => {
  let stage: Stage;
  const port = () => stage.server.ports.c2s;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [
        { name: 'both.test', mam: true },
        { name: 'offline.test' },
        { name: 'archive.test', mam: true, offline: false },
        { name: 'neither.test', offline: false },
      ],
    });
    for (const host of ['both.test', 'offline.test', 'archive.test', 'neither.test']) {
      for (const user of ['alice', 'bob', 'carol', 'dora'])
        await stage.server.register(`${user}@${host}`);
      for (const user of ['bob', 'carol', 'dora'])
        await stage.server.befriend(`alice@${host}`, `${user}@${host}`);
    }
  });

  afterAll(() => stage?.dispose());

  test.each([
    { host: 'both.test', where: 'offline' },
    { host: 'offline.test', where: 'offline' },
    { host: 'archive.test', where: 'archive' },
  ])(
    'a message stored on $host ($where) is told to the sender at once',
    async ({ host, where }) => {
      const alice = await login({ jid: `alice@${host}/pc`, port: port() });
      const sent = { from: `alice@${host}`, to: `bob@${host}`, id: 'away' };
      alice.ask(sent.to, sent.id);
      const receipt = await waitForReceipt(alice, 'away', 'stored');
      expect(receipt.attrs).toMatchObject({ recipient: sent.to, evidence: 'server' });
      const proof = (await stage.proofs(sent))?.at(-1);
      expect(proof?.fact).toMatchObject({ kind: 'stored', where });
      await alice.close();
    },
  );

  test('a message that cannot be stored has failed, and the sender hears it from the server alone', async () => {
    const alice = await login({ jid: 'alice@neither.test/pc', port: port() });
    alice.ask('bob@neither.test', 'nowhere');
    const error = await alice.waitForMessage('nowhere');
    expect(error.attrs['type']).toBe('error');
    await stage.expectStatus(
      { from: 'alice@neither.test', to: 'bob@neither.test', id: 'nowhere' },
      'failed',
    );
    await expectTold(alice, 'nowhere', []);
    await alice.close();
  });

  test('a message that cannot be stored is told with its condition where <report/> names failed', async () => {
    const alice = await login({ jid: 'alice@neither.test/pc', port: port() });
    alice.ask('bob@neither.test', 'named', { extra: [report('failed')] });
    const receipt = await waitForReceipt(alice, 'named', 'failed');
    expect(receipt.attrs['condition']).toBe('service-unavailable');
    await alice.close();
  });

  test.each(['both.test', 'offline.test'])(
    'a message stored on %s is delivered at the next login, and the receipt waits for the sender',
    async (host) => {
      const sent = { from: `alice@${host}`, to: `carol@${host}`, id: 'flush' };
      const alice = await login({ jid: `alice@${host}/pc`, port: port() });
      alice.ask(sent.to, sent.id);
      await waitForReceipt(alice, 'flush', 'stored');
      await alice.close();
      const carol = await login({ jid: `${sent.to}/phone`, port: port() });
      await stage.expectStatus(sent, 'delivered by stream');
      await sleep(1000);
      const back = await login({ jid: `alice@${host}/pc`, port: port() });
      await waitForReceipt(back, 'flush', 'sent');
      await Promise.all([carol.close(), back.close()]);
    },
  );

  test('a message is delivered once from the archive, and one from the offline store later takes nothing back', async () => {
    const sent = { from: 'alice@both.test', to: 'dora@both.test', id: 'archive-first' };
    const alice = await login({ jid: 'alice@both.test/pc', port: port() });
    alice.ask(sent.to, sent.id);
    await waitForReceipt(alice, sent.id, 'stored');
    const first = await login({ jid: `${sent.to}/mam`, port: port(), priority: 'none' });
    expect((await first.catchUp()).map((message) => message.attrs['id'])).toContain(sent.id);
    await stage.expectStatus(sent, 'delivered by stream');
    first.displayed(sent.from, sent.id);
    await stage.expectStatus(sent, 'displayed by client');
    await first.close();
    const second = await login({ jid: `${sent.to}/old`, port: port() });
    await second.waitForMessage(sent.id);
    await sleep(200);
    await stage.expectStatus(sent, 'displayed by client');
    await expectTold(alice, sent.id, ['stored', 'displayed']);
    await Promise.all([alice.close(), second.close()]);
  });

  test('a message that is in the archive alone is delivered when the client fetches it and answers', async () => {
    const sent = { from: 'alice@archive.test', to: 'dora@archive.test', id: 'only-archive' };
    const alice: Client = await login({ jid: 'alice@archive.test/pc', port: port() });
    alice.ask(sent.to, sent.id);
    await waitForReceipt(alice, sent.id, 'stored');
    const dora = await login({ jid: `${sent.to}/mam`, port: port(), acks: 'off' });
    await dora.catchUp();
    dora.answer(sent.from, sent.id);
    await stage.expectStatus(sent, 'delivered by client');
    await expectTold(alice, sent.id, ['stored']);
    await Promise.all([alice.close(), dora.close()]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SM } from '../support/client/stream-management.ts';
import { login } from '../support/client.ts';
import { introduce, type Server, startServer } from '../support/server.ts';
import { differencesOf } from '../support/server-differences.ts';
import { startSlixmpp } from '../support/slixmpp.ts';

describe('the servers and clients of the tests', () => {
  let here: Server;
  let there: Server;

  beforeAll(async () => {
    [here, there] = await Promise.all([
      startServer({ hosts: [{ name: 'here.test', mam: true }] }),
      startServer({ hosts: [{ name: 'there.test' }] }),
    ]);
    await introduce(here, there);
    await here.register('alice@here.test');
    await here.register('bob@here.test');
    await there.register('carol@there.test');
  });

  afterAll(async () => {
    await Promise.all([here?.dispose(), there?.dispose()]);
  });

  const port = () => here.ports.c2s;

  test('a client of the tests and slixmpp can talk, and each answers the other', async () => {
    const alice = await login({ jid: 'alice@here.test/pc', port: port(), autoReceipt: true });
    const bob = await startSlixmpp({ jid: 'bob@here.test/other', port: port() });
    alice.ask('bob@here.test', 'to-bob', { body: '你好' });
    expect(await bob.waitForEvent('message')).toMatchObject({ id: 'to-bob', body: '你好' });
    await alice.waitFor((stanza) => stanza.getChild('received')?.attrs['id'] === 'to-bob');
    bob.send('alice@here.test/pc', 'to-alice');
    await alice.waitForMessage('to-alice');
    await bob.waitForEvent('receipt', ({ id }) => id === 'to-alice');
    await Promise.all([alice.close(), bob.close()]);
  });

  test('a client of the tests resumes a session whose connection died', async () => {
    const alice = await login({ jid: 'alice@here.test', port: port() });
    const bob = await login({ jid: 'bob@here.test', port: port(), acks: 'manual' });
    alice.ask('bob@here.test', 'before');
    await bob.waitForMessage('before');
    bob.die();
    alice.ask('bob@here.test', 'meanwhile');
    await bob.resume();
    await bob.waitForMessage('meanwhile');
    const copies = bob.received.filter((stanza) => stanza.attrs['id'] === 'before');
    expect(copies).toHaveLength(1);
    await Promise.all([alice.close(), bob.close()]);
  });

  test('a client of the tests fetches the archive', async () => {
    const bob = await login({ jid: 'bob@here.test', port: port(), priority: 'none' });
    const ids = (await bob.catchUp()).map((message) => message.attrs['id']);
    expect(ids).toEqual(expect.arrayContaining(['to-bob', 'before', 'meanwhile']));
    await bob.close();
  });

  test('a client of the tests that closes its stream gets what the server writes until then', async () => {
    const alice = await login({ jid: 'alice@here.test', port: port() });
    for (let request = 0; request < 20; request++) alice.sendRaw(`<r xmlns='${SM}'/>`);
    await alice.close();
    // Prosody acknowledges once more at the end.
    const answers = alice.nonzas.filter((nonza) => nonza.is('a', SM)).length;
    expect(answers).toBeGreaterThanOrEqual(20);
  });

  test('a server of the tests keeps accounts and archive over a restart', async () => {
    const version = here.version;
    await here.restart();
    await here.kill();
    await here.start();
    expect(here.version).toBe(version);
    const bob = await login({ jid: 'bob@here.test', port: port() });
    expect(await bob.catchUp()).not.toHaveLength(0);
    await bob.close();
  });

  test('two servers of the tests find each other, also after a restart', async () => {
    await here.restart();
    const alice = await login({ jid: 'alice@here.test', port: port() });
    const carol = await login({
      jid: 'carol@there.test',
      port: there.ports.c2s,
      autoReceipt: true,
    });
    alice.ask('carol@there.test', 'abroad');
    await carol.waitForMessage('abroad');
    await alice.waitFor((stanza) => stanza.getChild('received')?.attrs['id'] === 'abroad');
    alice.ask('dave@nowhere.test', 'lost');
    const error = await alice.waitForMessage('lost');
    expect(error.attrs['type']).toBe('error');
    await Promise.all([alice.close(), carol.close()]);
  });

  test('a server of the tests makes friends, blocks, and deletes an account', async () => {
    await here.befriend('alice@here.test', 'bob@here.test');
    const alice = await login({ jid: 'alice@here.test', port: port() });
    const bob = await login({ jid: 'bob@here.test', port: port() });
    expect(await alice.roster()).toEqual({ 'bob@here.test': 'both' });
    await bob.block('alice@here.test');
    if (differencesOf(here).blocked === 'bounced') {
      alice.ask('bob@here.test', 'blocked');
      expect((await alice.waitForMessage('blocked')).attrs['type']).toBe('error');
    }
    await here.deleteUser('bob@here.test');
    await bob.closed;
    await expect(login({ jid: 'bob@here.test', port: port() })).rejects.toThrow('not-authorized');
    await alice.close();
  });
});

import { cp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { element } from '../../src/protocol/xml.ts';
import { login } from '../support/client.ts';
import { FeedComponent } from '../support/feed-component.ts';
import { REPOSITORY } from '../support/repository.ts';
import { SERVER_KIND, type Server, startServer } from '../support/server.ts';
import { until } from '../support/until.ts';

// The files were written on this server by the module as it was before it was cut into parts, while
// the component was away. They are not made anew: what that module wrote is what is out there.
const FILES = join(REPOSITORY, `test/integration/fixtures/receipts-of-${SERVER_KIND}`);
const COMPONENT = 'receipts.test';
const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;

describe('the files of an older module', () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
    });
    for (const jid of [ALICE, BOB]) await server.register(jid);
    await server.stop();
    const folder = dirname(server.receiptsPath(HOST, 'policies.list'));
    await cp(FILES, folder, { recursive: true });
    await server.start();
  });

  afterAll(() => server?.dispose());

  test('its policies are in force, and every fact that waited is reported once and in order', async () => {
    const alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
    const bob = await login({ jid: `${BOB}/phone`, port: server.ports.c2s });
    const since = alice.mark();
    bob.answer(alice.jid, 'another');
    bob.send(`<message to='${ALICE}' type='chat' id='behind'><body>behind</body></message>`);
    await alice.waitForMessage('behind', { since });
    expect(alice.received.slice(since).filter((stanza) => stanza.is('message'))).toHaveLength(1);

    const port = server.ports.component;
    const component = await FeedComponent.connect({ domain: COMPONENT, port });
    expect((await component.hello(HOST)).attrs['policies']).toBe('x7Fq:58');
    const text = await readFile(join(FILES, '0000000000000000.facts'), 'utf8');
    const waited = text.trimEnd().split('\n');
    const came = () =>
      component.lines.map((line) => line.join('\t')).filter((line) => line.includes('\tkept'));
    await until(() => came().length >= waited.length, 'what waited');
    await component.hello(HOST); // what was sent twice would be here
    expect(came()).toEqual(waited);
    await Promise.all([alice.close(), bob.close(), component.close()]);
  });

  test('it tells its policies, with their version', async () => {
    const port = server.ports.component;
    const component = await FeedComponent.connect({ domain: COMPONENT, port });
    const query = element('policies', { xmlns: 'xmpp-receipts:feed:1', part: 1 });
    const answer = await component.ask(HOST, 'get', query);
    const policies = answer.getChild('policies');
    expect(policies?.attrs).toMatchObject({ last: 'yes', version: 'x7Fq:58' });
    expect(policies?.getText().split('\n').toSorted()).toEqual([
      `${ALICE}\tmanual`,
      `${BOB}\trefuse\tclient carol@there.test`,
    ]);
    await component.close();
  });
});

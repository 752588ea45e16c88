import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent } from '../support/feed-component.ts';

const COMPONENT = 'receipts.test';
const HOST = 'here.test';
const ALICE = `alice@${HOST}`;
const NOBODY = `nobody@${HOST}`;
const IDS = Array.from({ length: 20 }, (_, index) => `kept-${index}`);

describe('the spool of ejabberd', () => {
  let server: Ejabberd;
  let folder: string;

  async function start(options: Readonly<Record<`receipts_${string}`, string>> = {}) {
    server = await startEjabberd({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT, ...options },
    });
    await server.register(ALICE);
  }

  afterEach(async () => {
    await server.dispose();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** Alice writes to nobody, the component being away. */
  async function leaveFacts(): Promise<void> {
    const alice: Client = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
    for (const id of IDS) alice.ask(NOBODY, id);
    await alice.waitForMessage(IDS.at(-1) ?? '');
    await alice.close();
    await server.stop();
  }

  /** The ids that a component is told of after the next start. */
  async function toldAfterStart(): Promise<readonly string[]> {
    await server.start();
    const component = await FeedComponent.connect({
      domain: COMPONENT,
      port: server.ports.component,
    });
    const last = { from: ALICE, to: NOBODY, id: IDS.at(-1) ?? '' };
    await component.waitForFact(last, 'failed');
    const told = IDS.filter((id) => component.factsUnder(id).length > 0);
    await component.close();
    return told;
  }

  test.each([
    ['an empty file of somebody', (path: string) => writeFile(path, ''), 'backup.facts'],
    ['a segment that cannot be read', (path: string) => mkdir(path), '0000000000099999.facts'],
  ] as const)('waiting facts are told after a start beside %s', async (_, put, name) => {
    await start();
    await leaveFacts();
    await put(server.receiptsPath(HOST, name));
    expect(await toldAfterStart()).toEqual(IDS);
  });

  test.each(['a[1]', 'x{y}', 'empfänge', 'a b'])(
    'facts wait in a folder called %s',
    async (name) => {
      folder = await mkdtemp(join(tmpdir(), 'receipts-'));
      await start({ receipts_spool_dir: join(folder, name) });
      await leaveFacts();
      expect(await toldAfterStart()).toEqual(IDS);
    },
  );

  test('the folder of the spool is for ejabberd alone to read', async () => {
    folder = await mkdtemp(join(tmpdir(), 'receipts-'));
    await chmod(folder, 0o755);
    await start({ receipts_spool_dir: folder });
    expect((await stat(join(folder, HOST))).mode & 0o777).toBe(0o700);
  });
});

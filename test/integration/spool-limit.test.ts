import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { FeedComponent } from '../support/feed-component.ts';
import { SERVER_KIND, type Server, startServer } from '../support/server.ts';
import { countInGaps, kindsByMessage, type ToldLine } from '../support/told.ts';

const HOST = 'narrow.test';
const COMPONENT = `receipts.${HOST}`;
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
/** The least that may be set. */
const LIMIT_BYTES = 64 * 1024;
/** What is written before the oldest goes: 500 of these lines. */
const BATCH_BYTES = 60 * 1024;
const ITEMS = 3000;
const SETTLE_MS = 500;
const CATCH_UP_MS = 15_000;
/** Ten seconds, in the unit of each module. */
const LONG_TICK = SERVER_KIND === 'prosody' ? 10 : 10_000;

/** The module looks into the offline store at each of the two logins, ejabberd's a second later: it is empty. */
const LOGIN_LINES = 2;
const LOOKED_MS = SERVER_KIND === 'prosody' ? 0 : 2000;

describe('a full spool', () => {
  let server: Server;
  let alice: Client;
  let bob: Client;

  async function start(options: { readonly receipts_tick?: number } = {}): Promise<void> {
    server = await startServer({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT, receipts_spool_limit: LIMIT_BYTES, ...options },
      lua: 'limits = {}',
    });
    for (const jid of [ALICE, BOB]) await server.register(jid);
    alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
    bob = await login({ jid: `${BOB}/phone`, port: server.ports.c2s });
    await sleep(LOOKED_MS);
  }

  afterEach(async () => {
    await Promise.all([alice.close(), bob.close()]);
    await server.dispose();
  });

  /** Each is one fact, and so one item; resolves with the most bytes that the spool had meanwhile. */
  async function answerAll(): Promise<number> {
    const sizes: number[] = [];
    for (let index = 0; index < ITEMS; index++) {
      bob.answer(ALICE, `m${index}`);
      if (index % 20 === 0) sizes.push(await spoolBytes());
    }
    await alice.waitFor(({ attrs }) => attrs['id'] === `received-m${ITEMS - 1}`, { ms: 40_000 });
    await sleep(SETTLE_MS);
    return Math.max(...sizes, await spoolBytes());
  }

  async function spoolBytes(): Promise<number> {
    const folder = dirname(server.receiptsPath(HOST, 'position'));
    const names = await readdir(folder).catch(() => []);
    const sizes = names
      .filter((name) => name.endsWith('.facts'))
      .map((name) => sizeOf(folder, name));
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  /** What a killed server had not written yet is lost, and is not counted. */
  async function everythingIsWritten(): Promise<void> {
    for (
      let lines = await spoolLines();
      countIn(lines) < ITEMS + LOGIN_LINES;
      lines = await spoolLines()
    )
      await sleep(100);
  }

  async function spoolLines(): Promise<readonly ToldLine[]> {
    const folder = dirname(server.receiptsPath(HOST, 'position'));
    const names = (await readdir(folder)).filter((name) => name.endsWith('.facts'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return texts.flatMap((text) => text.split('\n')).map((line) => line.split('\t'));
  }

  const happenings: Readonly<Record<string, () => Promise<void>>> = {
    'goes on': async () => undefined,
    'is restarted': () => server.restart(),
    'is killed': async () => {
      await everythingIsWritten();
      await server.kill();
      await server.start();
    },
  };

  test.each(Object.keys(happenings))(
    'of more facts than the spool may hold the newest are kept and the others are counted, when the server %s',
    async (how) => {
      await start();
      expect(await answerAll()).toBeLessThan(LIMIT_BYTES + BATCH_BYTES);
      expect(await spoolBytes()).toBeLessThanOrEqual(LIMIT_BYTES);
      await happenings[how]?.();
      await expectNewestAndGaps();
    },
  );

  test('facts that a full spool drops while the server stops are counted too', async () => {
    await start({ receipts_tick: LONG_TICK });
    await answerAll();
    await server.restart();
    await expectNewestAndGaps();
  });

  async function expectNewestAndGaps(): Promise<void> {
    const component = await FeedComponent.connect({
      domain: COMPONENT,
      port: server.ports.component,
    });
    const ids = () => [...kindsByMessage(component.lines).keys()].map(numberOf);
    const isAllThere = () => countIn(component.lines) >= ITEMS + LOGIN_LINES;
    for (const end = Date.now() + CATCH_UP_MS; Date.now() < end && !isAllThere(); )
      await sleep(100);
    await sleep(SETTLE_MS);
    const told = ids().toSorted((a, b) => a - b);
    expect(told.length).toBeGreaterThan(100);
    expect(countIn(component.lines)).toBe(ITEMS + LOGIN_LINES);
    expect(told).toEqual(told.map((_, index) => ITEMS - told.length + index));
    await component.close();
  }
});

/** What the component was told, and how many it was told that it was not. */
function countIn(lines: readonly ToldLine[]): number {
  const emptied = lines.filter(([sort]) => sort === 'emptied').map((line) => line.join());
  return kindsByMessage(lines).size + new Set(emptied).size + countInGaps(lines);
}

const numberOf = (message: string) => Number(/^m(\d+) /.exec(message)?.[1]);

/** The server may have removed it just now. */
async function sizeOf(folder: string, name: string): Promise<number> {
  return (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
}

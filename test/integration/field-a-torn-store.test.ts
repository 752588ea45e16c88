import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { say, ticksFor } from '../support/bot-chat.ts';
import { type Client, login, message } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';

const HOST = 'torn.test';
const PAGE = 4096;
/** So that the ids of one test are not those of another. */
let count = 0;

let stage: OperatorStage;
let alice: Client;
let bob: Client;

beforeAll(async () => {
  stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
});

afterAll(() => stage?.dispose());

beforeEach(async () => {
  count += 1;
  await stage.write({ domains: [HOST], store: `sqlite:${storePath()}` });
  [alice, bob] = [await enter('alice'), await enter('bob')];
  await stage.server.befriend(alice.bareJid, bob.bareJid);
});

afterEach(() => Promise.all([alice.close(), bob.close()]));

const storePath = () => join(stage.folder, `receipts-${count}.db`);

async function enter(name: string): Promise<Client> {
  const jid = `${name}-${count}@${HOST}`;
  await stage.server.register(jid);
  return login({ jid: `${jid}/pc`, port: stage.server.ports.c2s });
}

/** Does an answer of Bob's client reach Alice? What Bob sends after it does. */
async function isAnswered(id: string): Promise<boolean> {
  bob.answer(alice.jid, id);
  bob.send(message({ to: alice.bareJid, id: `after-${id}` }));
  await alice.waitForMessage(`after-${id}`);
  return ticksFor(alice, id).length > 0;
}

/** Nonsense instead of these pages. */
async function tear(isTorn: (page: number) => boolean): Promise<void> {
  const { size } = await stat(storePath());
  const file = await open(storePath(), 'r+');
  for (let page = 0; page * PAGE < size; page++)
    if (isTorn(page)) await file.write(Buffer.alloc(PAGE, 'x'), 0, PAGE, page * PAGE);
  await file.close();
}

test.each([
  ['every third page, after a power failure', 'SIGKILL', (page: number) => page % 3 === 2],
  ['the first page, after a stop in good order', 'SIGTERM', (page: number) => page === 0],
] as const)(
  'a daemon whose store is torn ends with 69 and says what to do, and the server goes on to enforce a refusal: %s',
  async (_, signal, isTorn) => {
    await stage.daemon.start();
    await expect.poll(() => say(bob, 'policy refuse')).toContain('Done.');
    await stage.daemon.end(signal);
    await tear(isTorn);
    const torn = stage.follow('run');
    onTestFinished(() => torn.signal('SIGKILL'));
    expect(await isAnswered('meanwhile')).toBe(false);
    expect(await torn.ended).toBe(69);
    expect(torn.out + torn.errors).toMatch(
      /receipts-\d\.db is damaged .*xmpp-receipts restore FILE/,
    );
    expect(await isAnswered('later')).toBe(false);
  },
);

test('without a refusal an answer comes through, so that the other tests can fail', async () => {
  expect(await isAnswered('free')).toBe(true);
});

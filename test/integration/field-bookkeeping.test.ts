import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../src/protocol/xml.ts';
import { isInWords, say, ticksFor, toldInWords } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { Company } from '../support/company.ts';
import { BOT, type Stage, startStage, toldAbout } from '../support/stage.ts';

const MESSAGES = 5;
const IDS = Array.from({ length: MESSAGES }, (_, index) => `m${index + 1}`);

describe('what an archive keeps beside the messages', () => {
  let stage: Stage;
  let company: Company;

  beforeAll(async () => {
    stage = await startStage({
      hosts: [
        { name: 'both.test', mam: true },
        { name: 'archive.test', mam: true, offline: false },
      ],
      policy: 'automatic',
    });
    company = new Company(stage);
  });

  afterAll(async () => {
    await company?.leave();
    await stage?.dispose();
  });

  /** Alice writes to an absent recipient, who then comes with a silent client. */
  async function awayAndBack(sender: string, recipient: string, words: boolean): Promise<Client> {
    const alice = await company.enter(`${sender}/pc`);
    await stage.server.befriend(sender, await company.register(recipient));
    if (words) await say(alice, 'text on');
    for (const id of IDS) alice.ask(recipient, id);
    await untilTold(alice, 'stored');
    await company.enter(`${recipient}/phone`);
    await untilTold(alice, 'delivered');
    await alice.waitUntil(() => IDS.every((id) => ticksFor(alice, id).length > 0));
    return alice;
  }

  const untilTold = (client: Client, status: string) =>
    client.waitUntil(() => IDS.every((id) => toldAbout(client, id).includes(status)));

  async function historyOf(user: string): Promise<readonly Element[]> {
    const reader = await login({
      jid: `${user}/history`,
      port: stage.server.ports.c2s,
      priority: 'none',
    });
    const rows = await reader.catchUp();
    await reader.close();
    return rows.filter((row) => row.getChild('body') === undefined || !isAboutCommands(row));
  }

  const isAboutCommands = (row: Element) =>
    row.getChild('receipt') === undefined &&
    !isInWords(row) &&
    (row.attrs['from'] === BOT || row.attrs['to'] === BOT);

  const receiptsIn = (rows: readonly Element[]) =>
    rows.filter((row) => row.getChild('receipt', 'xmpp-receipts:1') !== undefined);

  const ticksIn = (rows: readonly Element[]) =>
    rows.filter((row) => row.getChild('received', 'urn:xmpp:receipts') !== undefined);

  test('an archive keeps messages and ticks, and no receipt without words', async () => {
    await awayAndBack('alice@both.test', 'bob@both.test', false);
    const rows = await historyOf('alice@both.test');
    expect(receiptsIn(rows)).toEqual([]);
    expect(ticksIn(rows)).toHaveLength(MESSAGES);
    expect(rows).toHaveLength(2 * MESSAGES);
  });

  test('an archive keeps messages and ticks, and no words about what the ticks show', async () => {
    await awayAndBack('anna@both.test', 'bert@both.test', true);
    const rows = await historyOf('anna@both.test');
    expect(receiptsIn(rows)).toEqual([]);
    expect(toldInWords(rows)).toEqual([]);
    expect(ticksIn(rows)).toHaveLength(MESSAGES);
  });

  test('a receipt that is not archived waits for a sender who is away', async () => {
    const sender = await company.register('carla@both.test');
    const recipient = await company.register('dan@both.test');
    await stage.server.befriend(sender, recipient);
    const carla = await login({ jid: `${sender}/pc`, port: stage.server.ports.c2s });
    carla.ask(recipient, 'm1');
    await carla.waitUntil(() => toldAbout(carla, 'm1').includes('stored'));
    await carla.close();
    await company.enter(`${recipient}/phone`);
    await stage.expectStatus({ from: sender, to: recipient, id: 'm1' }, 'delivered by stream');
    await expect
      .poll(() => stage.counters['receipts sent'], { timeout: 10_000 })
      .toBeGreaterThan(0);
    await expect
      .poll(async () => (await ticksIn(await historyOf(sender))).length, { timeout: 10_000 })
      .toBe(1);
    const back = await company.enter(`${sender}/pc`);
    await back.waitUntil(() => toldAbout(back, 'm1').includes('delivered'));
  });

  test('on a host with an archive and no offline store, receipts are archived for a sender who is away', async () => {
    const recipient = await company.register('bob@archive.test');
    const alice = await company.enter('alice@archive.test/pc');
    await stage.server.befriend(alice.bareJid, recipient);
    for (const id of IDS) alice.ask(recipient, id);
    await untilTold(alice, 'stored');
    const rows = receiptsIn(await historyOf('alice@archive.test'));
    const stored = rows.flatMap((row) => row.getChildren('receipt'));
    expect(stored.filter(({ attrs }) => attrs['status'] === 'stored')).toHaveLength(MESSAGES);
  });
});

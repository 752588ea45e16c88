import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check } from '../support/doctor.ts';
import { NO_MACHINE } from '../support/private-machine.ts';
import { BREAKS, type Break } from '../support/stock-breaks.ts';
import { StockServer } from '../support/stock-server.ts';
import { until } from '../support/until.ts';

const NAME = process.env['SERVER'] === 'ejabberd' ? 'ejabberd' : 'prosody';

const ALICE = 'alice@localhost';
const BOB = 'bob@localhost';

// Each round starts the server several times.
const TIMES = { timeout: 240_000 };

describe.skipIf(NO_MACHINE !== '')(`Debian's own configuration${NO_MACHINE}`, TIMES, () => {
  let server: StockServer;

  beforeAll(async () => {
    server = await StockServer.start(NAME);
  });

  afterAll(() => server?.end());

  test('is as its package brought it to this machine', async () => {
    expect(await server.sh(server.stock.changes)).toBe('');
  });

  test('with the lines of README.md takes the daemon, whose log says what README.md says', async () => {
    await server.attach();
    // With the two minutes of README.md the rest of this file takes as much longer.
    await server.change('receipts.yaml', (text) =>
      text.replace('{ text: true }', '{ text: true, textStoredAfterMs: 0 }'),
    );
    server.startDaemon();
    for (const line of server.stock.says)
      await until(() => line.test(server.log), `${line} in ${server.log}`);
  });

  test('shows a first receipt in words to who writes to somebody who is away', async () => {
    for (const name of ['alice', 'bob']) await server.sh(server.stock.addAccount(name));
    const [alice, bob] = [await server.logIn(ALICE), await server.logIn(BOB)];
    alice.sendRaw(`<presence to='${BOB}' type='subscribe'/>`);
    await alice.waitForEvent('stanza', ({ xml }) => /type="subscribed"/.test(xml));
    await bob.close();
    alice.send(BOB, 'first');
    const { body } = await alice.waitForEvent('message', ({ sender }) => /^receipts@/.test(sender));
    expect(body).toMatch(/^Stored: your message of .* to bob@localhost is kept for them/m);
    await alice.close();
  });

  test('is well in the words of check, but for the archive that Debian leaves off', async () => {
    const whileItRuns = await check(server);
    expect(whileItRuns.code).toBe(0);
    expect(whileItRuns.doubts).toEqual(['no-archive']);
    await server.stopDaemon();
    expect((await check(server)).doubts).toEqual(['no-archive']);
  });

  const rounds = BREAKS[NAME].map((broken) => ({
    broken,
    names: broken.map(({ finding }) => finding).join(', '),
  }));

  test.each(rounds)(
    'is mended by what check says alone, where it has $names',
    async ({ broken }) => {
      await server.mendAll();
      for (const { breaks } of broken) await server.sh(breaks);
      await server.restart();
      for (const it of broken) await mend(it);
      expect(new Set((await check(server)).doubts)).toEqual(new Set(['no-archive']));
    },
  );

  async function mend({ finding, mends }: Break): Promise<void> {
    const checked = await check(server);
    expect(checked.doubts).toContain(finding);
    const { paste } = checked.finding(finding);
    if (mends === undefined) return server.paste(paste ?? {});
    await server.sh(mends);
    await server.restart();
  }
});

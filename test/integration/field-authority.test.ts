import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { xmppReceipts } from '../support/backup-command.ts';
import { asked, askedByBot, say, ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import {
  AFTER_GRACE_MS,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

const HOST = 'here.test';

describe('the server holds policies that the store does not know', () => {
  let stage: Stage;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-authority-'));
    stage = await startStage({ hosts: [{ name: HOST }], daemon: false });
  });

  afterAll(async () => {
    await stage?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (path: string) => stage.startDaemon({}, { store: `sqlite:${path}` });

  /** Two users of this situation alone, each with the bot's help. */
  async function twoUsers(name: string): Promise<{ alice: Client; bob: Client }> {
    const names = [`alice-${name}@${HOST}`, `bob-${name}@${HOST}`];
    await Promise.all(names.map((jid) => stage.server.register(jid)));
    const [alice, bob] = await Promise.all(
      names.map((jid) => login({ jid: `${jid}/pc`, port: stage.server.ports.c2s })),
    );
    return { alice: alice as Client, bob: bob as Client };
  }

  /** Bob's client answers again and again, until that is over; gives what reached Alice. */
  async function answeredMeanwhile(
    { alice, bob }: { alice: Client; bob: Client },
    act: () => Promise<void>,
  ): Promise<readonly string[]> {
    const id = `m-${alice.mark()}`;
    const answering = setInterval(() => bob.answer(alice.jid, id), 20);
    await act();
    await sleep(1500); // by now the policies have been exchanged
    clearInterval(answering);
    await sleep(300);
    return ticksFor(alice, id);
  }

  const STORES: Readonly<
    Record<string, (path: string, copy: () => Promise<void>) => Promise<string>>
  > = {
    'no store: its files are gone': async (path) => {
      await removeStore(path);
      return path;
    },
    'another store, by another path': async (path) => `${path}-other`,
    'an older store: a copy from before': async (path, restoreCopy) => {
      await removeStore(path);
      await restoreCopy();
      return path;
    },
  };

  test.each(Object.entries(STORES))(
    'a refusal holds at every moment with %s',
    async (name, lose) => {
      const users = await twoUsers(name.slice(0, 8).replace(/\W/g, '-'));
      const path = join(folder, `${users.bob.jid.split('@')[0]}.db`);
      await start(path);
      expect(await say(users.bob, 'policy manual')).toContain('Done.');
      await stage.stopDaemon();
      await copyFile(path, `${path}.copy`);
      await start(path);
      expect(await say(users.bob, 'policy refuse')).toContain('Done.');
      const other = `x-${users.bob.bareJid}`;
      expect(await say(users.alice, `policy for ${other} refuse`)).toContain('Done.');
      await stage.stopDaemon();
      stage.errors.length = 0;
      const next = await lose(path, () => copyFile(`${path}.copy`, path));
      expect(await answeredMeanwhile(users, () => start(next))).toEqual([]);
      expect(stage.errors.join('')).toContain(
        `${HOST} holds policies that this store does not know`,
      );
      expect(await say(users.bob, 'policy')).toContain('Your policy is refuse');
      expect(await say(users.alice, 'policy')).toContain(`${other}: refuse`);
      // From now on the store decides again.
      expect(await say(users.bob, 'policy client')).toContain('Done.');
      expect(await answeredMeanwhile(users, async () => {})).not.toEqual([]);
      await stage.stopDaemon();
      stage.errors.length = 0;
      await start(next);
      await sleep(500);
      expect(stage.errors).toEqual([]);
      await stage.stopDaemon();
      await Promise.all([users.alice.close(), users.bob.close()]);
    },
  );

  test('a refusal holds at every moment when an older backup is restored; nothing is told or asked again', async () => {
    const users = await twoUsers('restored');
    const { alice, bob } = users;
    await stage.server.befriend(alice.bareJid, bob.bareJid);
    const path = join(folder, 'restored.db');
    await start(path);
    expect(await say(bob, 'policy manual')).toContain('Done.');
    alice.ask(bob.bareJid, 'asked');
    await waitForReceipt(alice, 'asked', 'sent');
    await asked(bob);
    expect(await xmppReceipts('backup', { path, host: HOST })).toEqual({
      code: 0,
      said: expect.stringContaining('is sound'),
    });
    expect(await say(bob, 'yes')).toContain('Thank you.');
    await waitForReceipt(alice, 'asked', 'confirmed');
    expect(await say(bob, 'policy refuse')).toContain('Done.');
    await stage.stopDaemon();
    const restored = await xmppReceipts('restore', { path, host: HOST });
    expect(restored).toEqual({ code: 0, said: expect.stringContaining(`${path}.replaced-`) });
    stage.errors.length = 0;
    expect(await answeredMeanwhile(users, () => start(path))).toEqual([]);
    expect(stage.errors.join('')).toContain(`${HOST} holds policies that this store does not know`);
    expect(await say(bob, 'policy')).toContain('Your policy is refuse');
    expect(await say(bob, 'questions')).toContain('No question waits for you.');
    await sleep(AFTER_GRACE_MS);
    expect(toldAbout(alice, 'asked')).toEqual(['sent', 'confirmed']);
    expect(askedByBot(bob).length).toBe(1);
    await stage.stopDaemon();
    await Promise.all([alice.close(), bob.close()]);
  });

  async function removeStore(path: string): Promise<void> {
    const files = await readdir(folder);
    const its = files.map((file) => join(folder, file)).filter((file) => file.startsWith(path));
    await Promise.all(its.filter((file) => !file.endsWith('.copy')).map((file) => rm(file)));
  }
});

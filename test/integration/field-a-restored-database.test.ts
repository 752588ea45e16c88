import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asked, askedByBot, say, ticksFor } from '../support/bot-chat.ts';
import { type Client, login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { Postgres } from '../support/postgres.ts';
import { toldAbout, waitForReceipt } from '../support/stage.ts';

const HOST = 'here.test';
const UNKNOWN = `${HOST} holds policies that this store does not know`;

let stage: OperatorStage;
let postgres: Postgres;
let address: string;

beforeAll(async () => {
  postgres = await Postgres.start();
  address = await postgres.database();
  stage = await OperatorStage.start({ hosts: [{ name: HOST }], settings: { store: address } });
});

afterAll(async () => {
  await stage?.dispose();
  await postgres?.stop();
});

interface Way {
  /** While the daemon runs. */
  readonly save: (file: string) => Promise<void>;
  /** While none does. */
  readonly putBack: (file: string) => Promise<void>;
  /** How often the log of the next daemon says that somebody put an older state back. */
  readonly said: number;
}

const WAYS: Readonly<Record<string, Way>> = {
  'our backup and restore': {
    save: (file) => ours('backup', file, 'and the copy is sound'),
    putBack: (file) => ours('restore', file, 'The replaced store is in the schema replaced_'),
    said: 0,
  },
  'pg_dump and pg_restore, of which we hear nothing': {
    save: async (file) => void execFileSync('pg_dump', ['-Fc', '-f', file, address]),
    putBack: async (file) =>
      void execFileSync('pg_restore', ['--clean', '--if-exists', '-d', address, file]),
    said: 1,
  },
};

async function ours(verb: string, file: string, says: string): Promise<void> {
  const { code, out, errors } = await stage.run(verb, file);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  expect(out).toContain(says);
}

async function user(name: string): Promise<Client> {
  await stage.server.register(`${name}@${HOST}`);
  return login({ jid: `${name}@${HOST}/pc`, port: stage.server.ports.c2s });
}

/** Bob's client answers again and again, until the daemon has heard of the server's policies. */
async function answeredAtStart(alice: Client, bob: Client): Promise<readonly string[]> {
  const id = `m-${alice.mark()}`;
  const answering = setInterval(() => bob.answer(alice.jid, id), 20);
  const since = stage.daemon.output.length;
  await stage.daemon.start();
  await vi.waitUntil(() => stage.daemon.output.slice(since).includes(UNKNOWN), 20_000);
  // Also after the policies were exchanged.
  await say(bob, 'policy');
  clearInterval(answering);
  // What was written before this arrives before it.
  await say(alice, 'policy');
  return ticksFor(alice, id);
}

test.each(Object.entries(WAYS))(
  'a refusal holds at every moment when an older database is put back by %s; nothing is told or asked again',
  async (name, { save, putBack, said }) => {
    const short = name.slice(0, 3).replace(/\W/g, '-');
    const [alice, bob] = [await user(`alice-${short}`), await user(`bob-${short}`)];
    await stage.server.befriend(alice.bareJid, bob.bareJid);
    await stage.daemon.start();
    expect(await say(bob, 'policy manual')).toContain('Done.');
    alice.ask(bob.bareJid, 'asked');
    await waitForReceipt(alice, 'asked', 'sent');
    await asked(bob);
    const file = join(stage.folder, `${short}.backup`);
    await save(file);
    expect(await say(bob, 'yes')).toContain('Thank you.');
    await waitForReceipt(alice, 'asked', 'confirmed');
    expect(await say(bob, 'policy refuse')).toContain('Done.');
    await stage.daemon.end();
    await putBack(file);
    const since = stage.daemon.output.length;
    expect(await answeredAtStart(alice, bob)).toEqual([]);
    const lines = stage.daemon.output.slice(since);
    expect(lines.split('an older state of the database was put back').length - 1).toBe(said);
    expect(await say(bob, 'policy')).toContain('Your policy is refuse');
    expect(await say(bob, 'questions')).toContain('No question waits for you.');
    alice.ask(bob.bareJid, 'after');
    await vi.waitUntil(
      async () => (await stage.run('show', alice.bareJid)).out.includes('\tafter\t'),
      20_000,
    );
    expect(toldAbout(alice, 'asked')).toEqual(['sent', 'confirmed']);
    expect(askedByBot(bob).length).toBe(1);
    await stage.daemon.end();
    await Promise.all([alice.close(), bob.close()]);
  },
);

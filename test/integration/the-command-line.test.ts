import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { waitForReceipt } from '../support/stage.ts';

const HOST = 'desk.test';

describe('what an operator types while the daemon runs', () => {
  let stage: OperatorStage;
  let alice: Client;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
    for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    await stage.daemon.start();
    alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
    await vi.waitUntil(
      async () => (await stage.run('status')).out.includes('0 facts wait'),
      20_000,
    );
  });

  afterAll(() => stage?.dispose());

  test('status names the server, and its module, as it runs', async () => {
    const { code, out } = await stage.run('status');
    expect(out).toContain('connected');
    expect(out).toMatch(/desk\.test: (Prosody|ejabberd) \S+ with mod_receipts/);
    expect(code).toBe(0);
  });

  test('show tells the life of a message that waits for its recipient', async () => {
    alice.ask(`bob@${HOST}`, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    const { out } = await stage.run('show', `alice@${HOST}`, `bob@${HOST}`, 'm1');
    expect(out).toContain('It is stored; the sender may know: stored.');
    expect(out).toMatch(/stored +by server +told at \d{4}-/);
    const { out: list } = await stage.run('show', `alice@${HOST}`);
    expect(list).toMatch(/bob@desk\.test\tm1\tstored\tstored/);
  });

  test('show says that a message is not kept, and why that may be, with exit code 1', async () => {
    const { code, errors } = await stage.run('show', `alice@${HOST}`, `bob@${HOST}`, 'never');
    expect(errors).toContain('is kept: is it older than "retentionDays"');
    expect(code).toBe(1);
  });

  test('tail prints what happens to one user, and ends at Ctrl-C with exit code 0', async () => {
    const tail = stage.follow('tail', `alice@${HOST}`);
    await vi.waitUntil(() => tail.errors.includes('Ctrl-C'), 20_000);
    alice.ask(`bob@${HOST}`, 'm2');
    await vi.waitUntil(() => tail.out.includes('m2 stored'), 20_000);
    tail.signal('SIGINT');
    expect(await tail.ended).toBe(0);
    expect(tail.out).toMatch(/alice@desk\.test to bob@desk\.test, id m2: stored \(/);
    expect(tail.out).toContain('id m2: the sender is told stored');
    expect(tail.out).toContain('receipts to alice@desk.test sent: bob@desk.test m2 stored');
  });

  test('policy set reaches the server, and the bot tells that person; get and list show it', async () => {
    const { code, out } = await stage.run('policy', 'set', `alice@${HOST}`, 'refuse');
    expect(out).toContain('set, and the server enforces it; the user was told');
    expect(code).toBe(0);
    await vi.waitUntil(
      () => alice.received.some((it) => it.getChildText('body')?.includes('to refuse')),
      20_000,
    );
    const { out: got } = await stage.run('policy', 'get', `alice@${HOST}`, '--json');
    expect(JSON.parse(got)).toMatchObject({ policy: 'refuse', isOwn: true });
    expect((await stage.run('policy', 'list')).out).toMatch(/alice@desk\.test\trefuse/);
  });

  test('an address may be typed in capitals, and the answer has its one spelling', async () => {
    const typed = `ALICE@${HOST.toUpperCase()}`;
    const { out: set } = await stage.run('policy', 'set', typed, 'manual', '--json');
    expect(JSON.parse(set)).toMatchObject({ user: `alice@${HOST}`, policy: 'manual' });
    const { out: got } = await stage.run('policy', 'get', typed);
    expect(got).toMatch(/alice@desk\.test\tmanual/);
    const { out: would } = await stage.run('prune', '--user', typed, '--dry-run');
    expect(would).toContain('the policy of alice@desk.test');
  });

  test('policy load does nothing where one line is wrong, and names that line', async () => {
    const file = join(stage.folder, 'policies.csv');
    await writeFile(file, `bob@${HOST}, -, manual\nbob@${HOST}, -, never\n`);
    const wrong = await stage.run('policy', 'load', file);
    expect(wrong.errors).toContain('line 2: "never" is none of');
    expect(wrong.code).toBe(64);
    expect((await stage.run('policy', 'list')).out).not.toContain('bob');
    await writeFile(file, `bob@${HOST}, -, manual\nbob@${HOST}, alice@${HOST}, automatic\n`);
    expect((await stage.run('policy', 'load', file)).code).toBe(0);
    const { out } = await stage.run('policy', 'get', `bob@${HOST}`);
    expect(out).toMatch(/bob@desk\.test\tmanual\t\n\tautomatic\tfor alice@desk\.test/);
  });

  test('waiting says how much waits in all, and lists nothing for a person who has nothing', async () => {
    const { code, out } = await stage.run('waiting');
    expect(out).toMatch(/^waiting in all: \d+ receipts, \d+ ticks, \d+ questions$/m);
    expect(code).toBe(0);
    const { out: ofNobody } = await stage.run('waiting', `nobody@${HOST}`, '--json');
    expect(JSON.parse(ofNobody)).toMatchObject({ receipts: [], questions: [] });
  });

  test('export writes all that is kept of a person as one JSON document', async () => {
    const { code, out } = await stage.run('export', `bob@${HOST}`);
    const { user, preferences, messages } = JSON.parse(out);
    expect({ user, preferences }).toMatchObject({
      user: `bob@${HOST}`,
      preferences: { policy: 'manual' },
    });
    const [first] = messages.filter(({ id }: { id: string }) => id === 'm1');
    expect(first).toMatchObject({ sender: `alice@${HOST}`, status: 'stored' });
    expect(code).toBe(0);
    const nobody = await stage.run('export', `nobody@${HOST}`);
    expect(JSON.parse(nobody.out)).toMatchObject({ preferences: {}, messages: [] });
  });

  test('prune says what would go, and removes a person only with the policy if there is one', async () => {
    const bob = ['prune', '--user', `bob@${HOST}`];
    const { out: would } = await stage.run(...bob, '--dry-run');
    expect(would).toMatch(/^[1-9]\d* messages would go, .*and the policy of bob@desk\.test/);
    const refused = await stage.run(...bob);
    expect(refused.errors).toContain('this person has a policy, which would go too');
    expect(refused.code).toBe(1);
    const { out } = await stage.run(...bob, '--and-policy');
    expect(out).toMatch(/^[1-9]\d* things were removed/);
    expect((await stage.run('show', `alice@${HOST}`)).out).toContain('No message of alice');
    expect((await stage.run('policy', 'get', `bob@${HOST}`)).out).toContain('(the default)');
  });

  test('prune by age leaves what is newer', async () => {
    alice.ask(`bob@${HOST}`, 'm3');
    await waitForReceipt(alice, 'm3', 'stored');
    const { out } = await stage.run('prune', '--older-than', '1h', '--dry-run');
    expect(out).toMatch(/^0 messages would go/);
    expect((await stage.run('show', `alice@${HOST}`)).out).toContain('m3');
  });

  test('backup gives the same copy from a running daemon as without one', async () => {
    const [running, alone] = [join(stage.folder, 'running.db'), join(stage.folder, 'alone.db')];
    const { code, out } = await stage.run('backup', running);
    expect(out).toBe(`The store was copied to ${running}, and the copy is sound.\n`);
    expect(code).toBe(0);
    const again = await stage.run('backup', running);
    expect(again.errors).toContain('it exists already: name another file');
    expect(again.code).toBe(69);
    expect((await readdir(stage.folder)).filter((name) => name.includes('copying'))).toEqual([]);
    await stage.daemon.end();
    expect((await stage.run('backup', alone)).out).toContain('the copy is sound');
    expect(messagesIn(running)).not.toEqual([]);
    expect(messagesIn(running)).toEqual(messagesIn(alone));
    expect((await stat(running)).mode & 0o777).toBe(0o600);
    await stage.daemon.start();
  });

  test('tail says when the daemon ends, with exit code 69', async () => {
    const tail = stage.follow('tail', '--json');
    await vi.waitUntil(() => tail.errors.includes('Ctrl-C'), 20_000);
    await stage.daemon.end();
    expect(await tail.ended).toBe(69);
    expect(tail.errors).toContain('The daemon has ended.');
  });
});

function messagesIn(file: string): readonly unknown[] {
  const database = new Database(file, { readonly: true });
  const rows = database.prepare('SELECT sender, recipient, id, position FROM messages').all();
  database.close();
  return rows;
}

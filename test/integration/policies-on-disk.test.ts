import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '../support/feed-component.ts';
import { ALICE, BOB, HOST, type ModuleStage, startModuleStage } from '../support/module-stage.ts';

let stage: ModuleStage;

beforeAll(async () => {
  stage = await startModuleStage();
});

afterAll(() => stage?.dispose());

describe('policies on the disk', () => {
  const policiesPath = () => stage.server.receiptsPath(HOST, 'policies.list');

  /** The server ends, its files are changed, and it runs again. */
  async function whileStopped(act: () => Promise<void> = async () => undefined): Promise<void> {
    await stage.component.close();
    await stage.server.stop();
    await act();
    await stage.server.start();
  }

  test('policies hold while the component is away, and after a reload, a crash and a restart', async () => {
    const first = await stage.setPolicies({ disclosure: 'everyone' }, `${BOB}\tmanual`);
    const second = stage.newVersion();
    await stage.component.setPolicies(HOST, { since: first, version: second }, `${ALICE}\tclient`);
    await stage.component.close();
    expect(await stage.isStopped()).toBe(true);
    await stage.server.reloadModule(HOST, 'receipts');
    expect(await stage.isStopped()).toBe(true);
    await stage.server.kill();
    await stage.server.start();
    expect(await stage.isStopped()).toBe(true);
    await stage.server.restart();
    await stage.connect();
    expect((await stage.hello())['policies']).toBe(second);
    expect(await stage.isStopped()).toBe(true);
  });

  test('the policy of an account whose name begins with = holds after a restart', async () => {
    const equal = `=odd@${HOST}`;
    await stage.server.register(equal);
    const held = await stage.setPolicies({}, `${equal}\trefuse\n${BOB}\tmanual`);
    await whileStopped();
    await stage.connect();
    expect((await stage.hello())['policies']).toBe(held);
    const odd = await stage.login(`${equal}/phone`);
    const alice = await stage.login(`${ALICE}/again`);
    const answer = stage.chat(
      alice.jid,
      `<received xmlns='urn:xmpp:receipts' id='${stage.newId()}'/>`,
    );
    expect(await stage.arrivesAt(alice, odd, answer)).toBeUndefined();
    await Promise.all([odd.close(), alice.close()]);
  });

  test('the default policy and its lock hold after a restart', async () => {
    const held = await stage.setPolicies({ default: 'refuse', locked: 'yes' }, `${BOB}\tclient`);
    await whileStopped();
    expect(await stage.isStopped()).toBe(true);
    await stage.connect();
    expect((await stage.hello())['policies']).toBe(held);
    await stage.setPolicies({});
    await whileStopped();
    expect(await stage.isStopped()).toBe(false);
    await stage.connect();
  });

  test.each([
    ['half a line at the end', () => appendFile(policiesPath(), `${BOB}\tcli`)],
    ['half an order at the end', () => appendFile(policiesPath(), `${ALICE}\tclient\n`)],
    ['lines of nonsense', () => appendFile(policiesPath(), '\0\0\0\n=\tx\n')],
    [
      'half of its last line',
      async () => truncate(policiesPath(), (await readFile(policiesPath())).length - 5),
    ],
  ])(
    'what can be read of a damaged file is in force, and the component is asked for the rest: %s',
    async (_, damage) => {
      await stage.setPolicies({}, `${BOB}\tmanual`);
      await whileStopped(damage);
      expect(await stage.isStopped()).toBe(true);
      await stage.connect();
      expect((await stage.hello())['policies']).toBe('');
      const held = await stage.setPolicies({}, `${BOB}\trefuse`);
      await whileStopped();
      await stage.connect();
      expect((await stage.hello())['policies']).toBe(held);
      expect(await stage.isStopped()).toBe(true);
    },
  );

  test('with an empty file nothing is stopped, and half a set of policies is forgotten', async () => {
    await stage.component.setPolicies(HOST, { part: 1, version: 'half' }, `${BOB}\trefuse`);
    await whileStopped(() => writeFile(policiesPath(), ''));
    expect(await stage.isStopped()).toBe(false);
    await stage.connect();
    expect((await stage.hello())['policies']).toBe('');
    const rest = { part: 2, last: 'yes', version: 'half' } as const;
    expect(outcomeOf(await stage.component.setPolicies(HOST, rest))).toBe('unexpected-request');
  });

  test('the policy of a deleted account is forgotten, also for a new account of that name', async () => {
    const eve = `eve@${HOST}`;
    await stage.server.register(eve);
    const held = await stage.setPolicies({}, `${eve}\trefuse`, `${BOB}\trefuse`);
    await stage.server.deleteUser(eve);
    expect((await stage.hello())['policies']).toBe(held);
    expect(await readFile(policiesPath(), 'utf8')).toContain(`${eve}\tdefault`);
    await stage.server.register(eve);
    await whileStopped();
    await stage.connect();
    expect((await stage.hello())['policies']).toBe(held);
    const [alice, user] = [await stage.login(`${ALICE}/pc`), await stage.login(`${eve}/pc`)];
    const answer = stage.chat(ALICE, `<received xmlns='urn:xmpp:receipts' id='eve'/>`);
    expect((await stage.arrivesAt(alice, user, answer))?.getChild('received')).toBeDefined();
    await Promise.all([alice.close(), user.close()]);
  });

  test('when the disk takes nothing the policies hold in memory, and the component is told', async () => {
    const held = await stage.setPolicies({}, `${ALICE}\tmanual`);
    await stage.server.runInside(BREAK_DISK, HOST);
    const next = stage.newVersion();
    const failed = await stage.component.setPolicies(
      HOST,
      { since: held, version: next },
      `${BOB}\tmanual`,
    );
    expect(outcomeOf(failed)).toBe('resource-constraint');
    expect(await stage.isStopped()).toBe(true);
    expect((await stage.hello())['policies']).toBe('');
    const whole = { part: 1, last: 'yes', version: stage.newVersion() } as const;
    const again = await stage.component.setPolicies(HOST, whole, `${ALICE}\tmanual`);
    expect(outcomeOf(again)).toBe('resource-constraint');
    expect(await stage.isStopped()).toBe(false);
    await stage.server.runInside(MEND_DISK, HOST);
    const mended = await stage.setPolicies({}, `${BOB}\tmanual`);
    expect((await stage.hello())['policies']).toBe(mended);
    const complaints = (await stage.server.log()).match(/enforcing the policies from memory/g);
    expect(complaints).toHaveLength(1);
  });

  test('when the changes on the disk outweigh the policies, the module asks for all of them', async () => {
    let held = await stage.setPolicies({}, `${BOB}\tmanual`);
    const lines = Array.from({ length: 1500 }, (_, n) => `user-number-${n}@${HOST}\tmanual`);
    for (let times = 0; times < 25; times++) {
      if (times < 15) expect((await stage.hello())['policies']).toBe(held);
      const next = stage.newVersion();
      const answer = await stage.component.setPolicies(
        HOST,
        { since: held, version: next },
        ...lines,
      );
      expect(outcomeOf(answer)).toBe('result');
      held = next;
    }
    expect((await stage.hello())['policies']).toBe('');
    expect(await stage.isStopped()).toBe(true);
    held = await stage.setPolicies({}, `${BOB}\tmanual`);
    expect((await stage.hello())['policies']).toBe(held);
  });
});

// Files of policies cannot be opened for writing: as root no permission could say so.
const BREAK_DISK_LUA = `
local io_open = io.open
package.loaded.receipts_test_io_open = io_open
io.open = function (path, mode)
  if path:find("policies.list", 1, true) and mode ~= "rb" then return nil, path .. ": No space left on device" end
  return io_open(path, mode)
end
return true`;

const MEND_DISK_LUA = `
io.open = package.loaded.receipts_test_io_open
return true`;

const FOLDER_ERLANG = `[Host] = Args,
Path = filename:join([mnesia:system_info(directory), "receipts", Host, "policies.list"])`;

const BREAK_DISK = {
  lua: BREAK_DISK_LUA,
  erlang: `${FOLDER_ERLANG},
ok = file:rename(Path, <<Path/binary, ".kept">>), ok = file:make_dir(Path),
ok = file:make_dir(<<Path/binary, ".tmp">>)`,
};

const MEND_DISK = {
  lua: MEND_DISK_LUA,
  erlang: `${FOLDER_ERLANG},
ok = file:del_dir(Path), ok = file:del_dir(<<Path/binary, ".tmp">>),
ok = file:rename(<<Path/binary, ".kept">>, Path)`,
};

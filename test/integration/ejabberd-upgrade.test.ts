import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent } from '../support/feed-component.ts';
import { REPOSITORY } from '../support/repository.ts';

const HOST = 'here.test';
const COMPONENT = `receipts.${HOST}`;
const ALICE = `alice@${HOST}`;
const BOB = `bob@${HOST}`;
const MODULE = join(REPOSITORY, 'ejabberd-config/modules/mod_receipts');
/** The host of the test has a list of modules of its own. */
const CONFIGURATION = JSON.stringify({
  append_host_config: { [HOST]: { modules: { mod_receipts: { component: COMPONENT } } } },
});
const HEADER = '-include("mod_receipts.hrl").\n';
/** What makes an older version of a part. */
const OLDER = '-export([is_older/0]).\n-spec is_older() -> true.\nis_older() -> true.\n';

/** In the list of parts, which was shorter then. */
const NEWEST_PART = ', mod_receipts_doc]';

/** The module that the other tests use is not there. */
const FORGET_COMPILED = `true = code:del_path(filename:dirname(code:which(receipts_test_control)))`;
const INSTALL = 'ok = ext_mod:install(mod_receipts)';
const UPGRADE = 'ok = ext_mod:upgrade(mod_receipts)';
const LOAD = `Load = fun(Part) -> {module, _} = code:ensure_loaded(binary_to_atom(Part)) end,
lists:foreach(Load, Args)`;
const OLDER_PARTS = `Parts = [Part || Part <- Args, erlang:function_exported(binary_to_atom(Part), is_older, 0)],
iolist_to_binary(lists:join($ , Parts))`;
/** Not what stands in the folder that the server compiles to. */
const STALE_PARTS = `Md5 = fun(Part) ->
  {ok, Beam} = file:read_file(filename:join([ext_mod:modules_dir(), "mod_receipts", "ebin", <<Part/binary, ".beam">>])),
  code:module_md5(Beam)
end,
Parts = [Part || Part <- Args, (binary_to_atom(Part)):module_info(md5) =/= Md5(Part)],
iolist_to_binary(lists:join($ , Parts))`;

describe('ejabberdctl module_upgrade', () => {
  let server: Ejabberd;
  let component: FeedComponent;
  let alice: Client;
  let bob: Client;
  let parts: readonly string[];

  beforeAll(async () => {
    parts = (await readdir(join(MODULE, 'src')))
      .filter((name) => name.endsWith('.erl'))
      .map((name) => basename(name, '.erl'));
    server = await startEjabberd({
      hosts: [{ name: HOST }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
    });
    await server.runErlang(FORGET_COMPILED);
    for (const jid of [ALICE, BOB]) await server.register(jid);
  });

  afterAll(async () => {
    await Promise.all([alice?.close(), bob?.close(), component?.close()]);
    await server?.dispose();
  });

  const sources = () => join(server.folder, '.ejabberd-modules/sources/mod_receipts');

  async function putSources(): Promise<void> {
    await mkdir(sources(), { recursive: true });
    await cp(MODULE, sources(), { recursive: true });
    await writeFile(join(sources(), 'conf/mod_receipts.yml'), CONFIGURATION);
  }

  async function makeOlder(): Promise<void> {
    for (const part of parts) {
      const path = join(sources(), 'src', `${part}.erl`);
      const source = await readFile(path, 'utf8');
      expect(source).toContain(HEADER);
      if (part === 'mod_receipts_parts') expect(source).toContain(NEWEST_PART);
      await writeFile(path, source.replace(HEADER, HEADER + OLDER).replace(NEWEST_PART, ']'));
    }
  }

  const olderParts = async () => String(await server.runErlang(OLDER_PARTS, ...parts));

  test('replaces every part of a running older version, and goes on with what that one left', async () => {
    await putSources();
    await makeOlder();
    await server.runErlang(INSTALL);
    await server.runErlang(LOAD, ...parts);
    expect(await olderParts()).toBe(parts.join(' '));
    alice = await login({ jid: `${ALICE}/pc`, port: server.ports.c2s });
    bob = await login({ jid: `${BOB}/phone`, port: server.ports.c2s, acks: 'manual' });
    alice.ask(BOB, 'before');
    await bob.waitForMessage('before');

    await putSources();
    await server.runErlang(UPGRADE);
    expect(await olderParts()).toBe('');
    expect(await server.runErlang(STALE_PARTS, ...parts)).toBe('');

    alice.ask(BOB, 'after');
    await bob.waitForMessage('after');
    bob.ack();
    component = await FeedComponent.connect({ domain: COMPONENT, port: server.ports.component });
    for (const id of ['before', 'after']) {
      const facts = await component.waitForFact({ from: ALICE, to: BOB, id }, 'acked');
      expect(facts.map((fact) => fact.split(' ')[0])).toEqual(['accepted', 'sent', 'acked']);
    }
  });
});

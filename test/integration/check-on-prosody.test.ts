import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connectComponent } from '../support/component.ts';
import { check } from '../support/doctor.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { REPOSITORY } from '../support/repository.ts';
import type { ServerOptions } from '../support/server/options.ts';
import { COMPONENT } from '../support/stage.ts';

const SECRET = 'component secret';

describe('check, on Prosody', () => {
  let stage: OperatorStage;
  let folder: string | undefined;

  afterEach(async () => {
    await stage?.dispose();
    if (folder !== undefined) await rm(folder, { recursive: true });
    folder = undefined;
  });

  async function start(server: Partial<ServerOptions>): Promise<void> {
    stage = await OperatorStage.start({ hosts: [{ name: 'doctor.test', mam: true }], server });
  }

  /** The module of the working tree, with one piece of its hello replaced. */
  async function otherModule(piece: string, instead: string): Promise<string> {
    folder = await mkdtemp(join(tmpdir(), 'module-'));
    await cp(join(REPOSITORY, 'prosody-config/modules'), folder, { recursive: true });
    const path = join(folder, 'mod_receipts/hello.lib.lua');
    const text = await readFile(path, 'utf8');
    expect(text).toContain(piece);
    await writeFile(path, text.replace(piece, instead));
    return folder;
  }

  test.each([
    ['of another protocol', 'version = "1"; module', 'version = "2"; module', 'other-feed'],
    ['that fails at our question', 'facts.flush();', 'error("broken");', 'module-fails'],
  ])('knows a module %s', async (_, piece, instead, name) => {
    await start({ moduleFolder: await otherModule(piece, instead) });
    expect((await check(stage)).doubts).toEqual([name]);
  });

  test('an older module that says nothing of its host is not doubted', async () => {
    await start({ moduleFolder: await otherModule('with_health {', '{') });
    expect((await check(stage)).doubts).toEqual([]);
  });

  test('says that another connection has the name of the component', async () => {
    await start({ components: [{ domain: COMPONENT, secret: SECRET, conflict: 'kick_new' }] });
    const { component: port } = stage.server.ports;
    const other = await connectComponent({ domain: COMPONENT, secret: SECRET, port });
    const found = await check(stage);
    await other.close();
    expect(found.doubts).toEqual(['conflict']);
    expect(found.code).toBe(1);
    expect((await check(stage)).doubts).toEqual([]);
  });
});

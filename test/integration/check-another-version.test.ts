import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { check } from '../support/doctor.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { REPOSITORY } from '../support/repository.ts';
import { SERVER_KIND } from '../support/server.ts';

/** Where each module says its version: the folder that is loaded, a file in it, and the words. */
const SAID = {
  prosody: {
    folder: 'prosody-config/modules',
    file: 'mod_receipts/hello.lib.lua',
    words: 'MODULE_VERSION = "0.1.0"',
  },
  ejabberd: {
    folder: 'ejabberd-config/modules/mod_receipts/src',
    file: 'mod_receipts_hello.erl',
    words: '-define(MODULE_VERSION, <<"0.1.0">>)',
  },
} as const;

/** Always the same place: what is compiled there is compiled once. */
const OLDER = join(REPOSITORY, 'dist/older-module', SERVER_KIND);

let stage: OperatorStage;

afterEach(() => stage?.dispose());

test('check says that mod_receipts is of an older version, and of which', async () => {
  await makeOlder();
  const hosts = [{ name: 'doctor.test', mam: true }];
  stage = await OperatorStage.start({ hosts, server: { moduleFolder: OLDER } });
  const found = await check(stage);
  expect(found.doubts).toEqual(['other-version']);
  expect(found.finding('other-version').seen).toContain('0.0.9');
  expect(found.code).toBe(0);
});

/** The module of the working tree, with another version in its hello. */
async function makeOlder(): Promise<void> {
  const { folder: source, file, words } = SAID[SERVER_KIND];
  await cp(join(REPOSITORY, source), OLDER, { recursive: true });
  const text = await readFile(join(OLDER, file), 'utf8');
  expect(text).toContain(words);
  await writeFile(join(OLDER, file), text.replace(words, words.replace('0.1.0', '0.0.9')));
}

import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { blockOf } from '../support/blocks.ts';
import { login } from '../support/client.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { waitForReceipt } from '../support/stage.ts';
import { linesIn, Typist } from '../support/typist.ts';

const HOST = 'example.org';
const GUIDE = 'docs/operator-guide.md';
const [FOLLOWING, ENDING] = partitioned(linesIn(GUIDE));

describe('docs/operator-guide.md', () => {
  let stage: OperatorStage;
  let typist: Typist;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
    typist = await Typist.at(stage);
    await writeFile(typist.inFolder('policies.csv'), blockOf(GUIDE, '# user, contact or -'));
    for (const name of ['alice', 'bob']) await stage.server.register(`${name}@${HOST}`);
    await stage.server.befriend(`alice@${HOST}`, `bob@${HOST}`);
    await stage.daemon.start();
    await vi.waitUntil(
      async () => (await stage.run('status')).out.includes('0 facts wait'),
      20_000,
    );
    const alice = await login({ jid: `alice@${HOST}/pc`, port: stage.server.ports.c2s });
    alice.ask(`bob@${HOST}`, 'm1');
    await waitForReceipt(alice, 'm1', 'stored');
    await alice.close();
  });

  afterAll(() => stage?.dispose());

  test('names commands of each task', () => {
    const verbs = new Set(linesIn(GUIDE).map((line) => line.split(' ')[1]));
    const tasks = ['check', 'status', 'show', 'tail', 'policy', 'module', 'backup', 'restore'];
    for (const verb of [...tasks, 'completion', 'export', 'prune']) expect(verbs).toContain(verb);
  });

  test.each(FOLLOWING)('says what follows until Ctrl-C: %s', async (line) => {
    const following = stage.follow(...line.split(' ').slice(1));
    await vi.waitUntil(() => following.errors.includes('Ctrl-C'), 20_000);
    following.signal('SIGINT');
    expect(await following.ended).toBe(0);
  });

  test.each(ENDING)('says what can be typed: %s', async (line) => {
    const { code, out, errors } = await typist.type(line);
    expect(errors).not.toMatch(/error|unknown/i);
    expect(out !== '' || /^systemctl|>/.test(line)).toBe(true);
    expect(code).toBe(0);
  });
});

function partitioned(lines: readonly string[]) {
  const follows = (line: string) => line.startsWith('xmpp-receipts tail');
  return [lines.filter(follows), lines.filter((line) => !follows(line))] as const;
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blockOf, linesOf } from '../support/blocks.ts';
import { AtDocker, expectFree } from '../support/docker.ts';

/** Where the daemon looks for a server if nothing else is said. */
const COMPONENT_PORT = 5347;

const [BUILD = '', RUN = '', CHECK = ''] = linesOf(
  blockOf('docs/installing.md', 'docker build -t xmpp-receipts .'),
);

describe('the image of the daemon, by the lines of docs/installing.md', () => {
  const docker = new AtDocker();
  const secret = join(docker.home, 'secret');

  beforeAll(async () => {
    await expectFree([COMPONENT_PORT]);
    writeFileSync(secret, 'a secret that the user node may read');
    await docker.type(ours(BUILD));
    await docker.type(ours(RUN));
  });

  afterAll(() => docker.throwAway());

  test('runs as the user node (1000)', async () => {
    const owner = await docker.type(`docker exec ${docker.name} stat -c '%U %u' /proc/1`);
    expect(owner).toBe('node 1000\n');
  });

  test('lets check find no server, as there is none on this machine', async () => {
    // The daemon needs a moment to start and to find nothing.
    await expect
      .poll(() => docker.attempt(ours(CHECK)), { timeout: 60_000 })
      .toMatchObject({
        code: 1,
        errors: expect.stringContaining('check: something is red'),
        out: expect.stringMatching(/^green +daemon: runs.*^red +server: .*127\.0\.0\.1:5347/ms),
      });
  });

  test('is called healthy by `docker ps`, though it is not connected', async () => {
    const list = `docker ps --filter name=${docker.name} --format '{{.Status}}'`;
    const options = { timeout: 90_000, interval: 1000 };
    await expect.poll(() => docker.type(list), options).toMatch(/\(healthy\)$/m);
  });

  test('ends in good order by `docker stop`, and stays ended', async () => {
    await docker.type(`docker stop ${docker.name}`);
    const format = "--format '{{.State.Status}} {{.State.ExitCode}}'";
    expect(await docker.type(`docker inspect ${format} ${docker.name}`)).toBe('exited 0\n');
  });

  /** The line with names that nobody else has, and with a secret that is there. */
  function ours(line: string): string {
    return line
      .replace(/(?<= (?:-t|--name|exec) )xmpp-receipts(?= )/, docker.name)
      .replace(/(?<= )xmpp-receipts$/, docker.name)
      .replace('-v receipts:', `-v ${docker.name}:`)
      .replace('-v /etc/xmpp-receipts/secret:', `-v ${secret}:`);
  }
});

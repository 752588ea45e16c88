import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeToBob } from '../../demo/write-to-bob.ts';
import { blockOf } from '../support/blocks.ts';
import { AtDocker, expectFree } from '../support/docker.ts';
import { REPOSITORY } from '../support/repository.ts';
import { wordsLike } from '../support/speeches.ts';
import { toSay } from '../support/to-say.ts';

const COMPOSE = readFileSync(join(REPOSITORY, 'compose.yaml'), 'utf8');
const DEMO = readFileSync(join(REPOSITORY, 'docs/demo.md'), 'utf8');

const FIRST_RECEIPT = blockOf('docs/demo.md', 'docker compose run --rm first-receipt').trim();
const SHOWN = blockOf('README.md', '$ docker compose run --rm first-receipt').trim().split('\n');
const TOLD = SHOWN.at(-1) ?? '';

/** The command that begins so, of a table or of the comment above compose.yaml. */
function lineOf(text: string, begin: string): string {
  const [, line] =
    new RegExp(`^(?:\\| \`|# +)(${begin}[-\\w ]*?)(?:\`|  |$)`, 'm').exec(text) ?? [];
  if (line === undefined) throw new Error(`no line begins with "${begin}"`);
  return line;
}

describe('compose.yaml, by the lines of README.md and docs/demo.md', () => {
  const docker = new AtDocker();
  let printed: readonly string[];

  beforeAll(async () => {
    await expectFree(publishedPorts());
    printed = (await docker.type(FIRST_RECEIPT)).trim().split('\n');
  });

  afterAll(() => docker.throwAway());

  test('ends with the lines that README.md shows', () => {
    expect(SHOWN[0]).toBe(`$ ${FIRST_RECEIPT}`);
    const [written = '', told = ''] = printed.slice(-2);
    expect(written).toBe(SHOWN[1]);
    expect(told).toMatch(wordsLike(TOLD));
  });

  test('answers the commands of the daemon', async () => {
    const status = await docker.type(lineOf(DEMO, 'docker compose exec'));
    expect(status).toMatch(/^receipts\.localhost: xmpp-receipts .*, connected$/m);
    expect(status).toMatch(/^localhost: Prosody .* with mod_receipts /m);
  });

  test('has a server and settings in which check finds nothing red', async () => {
    const checked = await docker.type(lineOf(COMPOSE, 'docker compose exec'));
    expect(checked).toMatch(/^green +localhost: /m);
    expect(checked).not.toMatch(/^red/m);
  });

  test('has the logs of the daemon', async () => {
    expect(await docker.type(lineOf(DEMO, 'docker compose logs'))).toContain('connected');
  });

  test('lets clients of this machine use both accounts, also in a browser', async () => {
    const told = await writeToBob({ domain: 'localhost', port: 5222 });
    expect(told).toMatch(wordsLike(TOLD));
    expect((await fetch('http://localhost:5280/http-bind')).status).toBe(200);
  });

  test('has the page, which takes the token that docs/demo.md names', async () => {
    const [, page = '', token = ''] = /^\| `(http\S+)` \| .*token is `(\S+)` \|$/m.exec(DEMO) ?? [];
    const form = { method: 'POST', body: new URLSearchParams({ token }) };
    const { headers } = await fetch(new URL('/login', page), { ...form, redirect: 'manual' });
    const cookie = (headers.get('set-cookie') ?? '').replace(/;.*/, '');
    const overview = await fetch(page, { headers: { cookie, accept: 'text/html' } });
    expect(await overview.text()).toMatch(/receipts\.localhost \d+\.\d+\.\d+/);
  });

  test('shows the same among the logs of all by `docker compose up`', async () => {
    expect(DEMO).toContain('`docker compose up` shows the\nsame');
    const all = docker.start('docker compose up');
    const end = () => all.exitCode === null && process.kill(-(all.pid ?? 0), 'SIGINT');
    await toSay(all, TOLD.replace(/^.* UTC /, '')).finally(end);
    await once(all, 'close');
  });

  test('leaves no container, volume or network when it is ended', async () => {
    await docker.type(lineOf(DEMO, 'docker compose down'));
    const mine = `--quiet --filter label=com.docker.compose.project=${docker.name}`;
    for (const list of ['ps --all', 'volume ls', 'network ls'])
      expect(await docker.type(`docker ${list} ${mine}`)).toBe('');
  });
});

/** Those on this machine. */
function publishedPorts(): readonly number[] {
  const services: readonly { readonly ports?: readonly string[] }[] = Object.values(
    parse(COMPOSE).services,
  );
  return services.flatMap(({ ports = [] }) => ports.map((port) => Number(port.split(':')[1])));
}

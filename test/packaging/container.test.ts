import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/config.ts';
import { unknownVariables } from '../../src/config/environment.ts';
import { blockOf, linesOf } from '../support/blocks.ts';
import { REPOSITORY } from '../support/repository.ts';

interface Service {
  readonly build: string | { readonly context: string; readonly target: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly network_mode?: string;
}

const read = (name: string): string => readFileSync(join(REPOSITORY, name), 'utf8');

const DOCKERFILE = read('Dockerfile');
const SERVICES: Readonly<Record<string, Service>> = parse(read('compose.yaml')).services;
const SERVER = read('prosody-config/prosody.cfg.lua');

describe('the image of the daemon', () => {
  test('has a Node that the package allows', () => {
    const [, least] = />=(\d+)\./.exec(JSON.parse(read('package.json')).engines.node) ?? [];
    const bases = [...DOCKERFILE.matchAll(/^FROM node:(\d+)-/gm)].map(([, major]) => major);
    expect(bases).toEqual([least, least]);
  });

  test('is the last one of the Dockerfile, and does not run as root', () => {
    const last = DOCKERFILE.slice(DOCKERFILE.lastIndexOf('\nFROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^ENTRYPOINT \["xmpp-receipts"\]$/m);
    expect(last).not.toMatch(/npm|COPY (?!--from=build)/);
  });

  test('is asked for its health where its API answers', () => {
    expect(DOCKERFILE).toMatch(/^HEALTHCHECK .*XMPP_RECEIPTS_HTTP_SOCKET.*\/healthz/m);
    expect(environmentOfImage()['XMPP_RECEIPTS_HTTP_SOCKET']).toMatch(/^\/var\/lib\/xmpp-receipts/);
  });

  test('is run by docs/installing.md with settings that there are, and its store in a volume', () => {
    const [build = '', run = '', check = ''] = linesOf(
      blockOf('docs/installing.md', 'docker build'),
    );
    const given = Object.fromEntries([...run.matchAll(/-e (\w+)=(\S+)/g)].map(([, ...it]) => it));
    expect(unknownVariables(given)).toEqual([]);
    const secret = given['XMPP_RECEIPTS_COMPONENT_SECRET_FILE'];
    expect(run).toContain(`:${secret}:ro `);
    expect(run).toContain(`-v receipts:${/^VOLUME (\S+)$/m.exec(DOCKERFILE)?.[1]} `);
    const [, image = ''] = /-t (\S+) \.$/.exec(build) ?? [];
    expect(run.split(' ').at(-1)).toBe(image);
    expect(check).toBe(`docker exec ${/--name (\S+)/.exec(run)?.[1]} xmpp-receipts check`);
  });

  test('is made of what the compiler and the package need, and of nothing that is in the way', () => {
    const sent = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name = '']) => name);
    expect(sent.filter((name) => !existsSync(join(REPOSITORY, name)))).toEqual([]);
    const { include } = JSON.parse(read('tsconfig.build.json'));
    const needed = [...include, ...JSON.parse(read('package.json')).files].map(topOf);
    expect(needed.filter((name) => name !== 'dist' && !sent.includes(name))).toEqual([]);
    expect(sent).not.toContain('node_modules');
  });
});

describe('compose.yaml', () => {
  const daemon = SERVICES['xmpp-receipts']?.environment ?? {};

  test('has settings that the daemon takes', () => {
    const config = loadConfig(undefined, { ...environmentOfImage(), ...daemon });
    expect(config.component).toMatchObject({ host: 'prosody', port: 5347 });
    expect(config.receipts.text).toBe(true);
  });

  test('has the names and the secret of the server', () => {
    expect(SERVER).toContain(`VirtualHost "${daemon['XMPP_RECEIPTS_DOMAINS']}"`);
    expect(SERVER).toContain(`Component "${daemon['XMPP_RECEIPTS_COMPONENT_DOMAIN']}"`);
    expect(SERVER).toContain(`component_secret = "${daemon['XMPP_RECEIPTS_COMPONENT_SECRET']}"`);
  });

  test('can be reached from this machine only', () => {
    const ports = Object.values(SERVICES).flatMap(({ ports = [] }) => ports);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('makes the accounts that write the first message', () => {
    expect(SERVICES['prosody']?.environment).toEqual({ ACCOUNTS: 'alice bob' });
    expect(read('demo/write-to-bob.ts')).toMatch(/`bob@.*\n.*`alice@/);
    expect(statSync(join(REPOSITORY, 'prosody-config/start.sh')).mode & 0o111).toBe(0o111);
  });

  test('shows the first receipt by the command that the README names', () => {
    const service = SERVICES['first-receipt'];
    expect(service?.build).toEqual({ context: '.', target: 'first-receipt' });
    expect(DOCKERFILE).toContain('AS first-receipt');
    expect(service?.network_mode).toBe('service:prosody');
    const command = blockOf('docs/demo.md', 'docker compose').trim();
    expect(command).toBe('docker compose run --rm first-receipt');
    expect(blockOf('README.md', '$ docker')).toContain(`$ ${command}\n`);
  });
});

test('every image is built from files that are there', () => {
  const sources = (dockerfile: string) =>
    [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, it = '']) => it.split(' '));
  const server = sources(read('prosody-config/Dockerfile'));
  expect(server).toContain('modules');
  expect(server.filter((it) => !existsSync(join(REPOSITORY, 'prosody-config', it)))).toEqual([]);
  const kept = [...read('prosody-config/.dockerignore').matchAll(/^!(.+)$/gm)].map(([, it]) => it);
  expect(kept.toSorted()).toEqual(server.toSorted());
});

/** What the last image sets. */
function environmentOfImage(): Readonly<Record<string, string>> {
  const last = DOCKERFILE.slice(DOCKERFILE.lastIndexOf('\nFROM '));
  return Object.fromEntries(
    [...last.matchAll(/(XMPP_RECEIPTS_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
}

function topOf(path: string): string {
  return path.split('/')[0] ?? '';
}

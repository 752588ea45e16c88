import { afterEach, describe, expect, test } from 'vitest';
import { check, paste } from '../support/doctor.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import type { ServerOptions } from '../support/server/options.ts';
import { COMPONENT } from '../support/stage.ts';

const HOST = 'broken.test';
const OTHER = 'other.test';
const U_LABEL = 'bücher.test';
const A_LABEL = 'xn--bcher-kva.test';

/** A set-up with one thing wrong. */
interface SetUp {
  readonly title: string;
  /** The finding that tells of it; on ejabberd perhaps another one. */
  readonly finding: string;
  readonly onEjabberd?: string;
  /** What is found besides, and mended as well. */
  readonly besides?: string;
  readonly hosts?: ServerOptions['hosts'];
  readonly server?: Partial<ServerOptions>;
  readonly domains?: readonly string[];
  readonly only?: 'prosody' | 'ejabberd';
}

const isEjabberd = process.env['SERVER'] === 'ejabberd';

/** As in Debian's configuration of Prosody, where hosts have no list of modules of their own. */
const modules = isEjabberd ? [] : ['mam'];
const whole = { name: HOST, mam: isEjabberd };
const secret = 'component secret';

const SET_UPS: readonly SetUp[] = [
  {
    title: 'the server knows no component, so its port is closed',
    finding: 'unreached',
    server: { components: [] },
  },
  {
    title: 'the server does not know our component',
    finding: 'name-unknown',
    onEjabberd: 'secret-refused',
    server: { components: [{ domain: 'gateway.test', secret }] },
  },
  {
    title: 'the server has another secret',
    finding: 'secret-refused',
    server: { components: [{ domain: COMPONENT, secret: 'another secret' }] },
  },
  {
    title: 'mod_receipts is not loaded',
    finding: 'no-module',
    hosts: [{ ...whole, receipts: false }],
  },
  {
    title: 'mod_receipts is loaded on the wrong host',
    finding: 'no-module',
    besides: 'unconfigured-host',
    hosts: [
      { ...whole, receipts: false },
      { ...whole, name: OTHER },
    ],
    domains: [HOST],
  },
  {
    title: 'mod_receipts is for a component of another name',
    finding: 'other-component',
    server: { receipts: { receipts_component: 'elsewhere.test' } },
  },
  {
    title: 'the server has no such host',
    finding: 'no-host',
    hosts: [whole],
    domains: [HOST, 'missing.test'],
  },
  {
    title: 'our settings spell the domain in another way than its server',
    finding: 'misspelt',
    hosts: [{ ...whole, name: A_LABEL }],
    domains: [U_LABEL],
  },
  {
    title: 'a host with mod_receipts is not named in our settings',
    finding: 'unconfigured-host',
    hosts: [whole, { ...whole, name: OTHER }],
    domains: [HOST],
  },
  {
    title: 'there is no offline store',
    finding: 'no-offline-store',
    hosts: [{ ...whole, offline: false }],
  },
  {
    title: 'there is no archive',
    finding: 'no-archive',
    hosts: [{ name: HOST }],
    server: { modules: [] },
  },
  { title: 'there is no XEP-0198', finding: 'no-acks', server: { streamManagement: 'off' } },
  {
    title: 'the server takes stanzas that are shorter than some of ours',
    finding: 'stanzas-short',
    server: { componentStanzaBytes: 20_000 },
  },
  {
    title: 'the server takes only very short stanzas',
    finding: 'stanzas-too-short',
    server: { componentStanzaBytes: 5000 },
  },
  {
    title: 'a filter drops what the bot writes',
    finding: 'strangers-filter',
    server: { modules: [...modules, 'block_strangers'], ejabberd: { blockStrangers: {} } },
  },
  {
    title: 'components share a listener',
    finding: 'shared-listener',
    only: 'ejabberd',
    server: {
      components: [COMPONENT, 'gateway.test'].map((domain) => ({ domain, secret })),
      ejabberd: { sharesStreams: true },
    },
  },
];

const HERE = SET_UPS.filter(
  ({ only = process.env['SERVER'] }) => only === process.env['SERVER'],
).map((setUp) => [setUp.title, setUp] as const);

// Each starts a server twice.
describe('a broken set-up is mended by what check says alone', { timeout: 120_000 }, () => {
  let stage: OperatorStage;

  afterEach(() => stage?.dispose());

  test.each(HERE)('where %s', async (_, setUp) => {
    const { hosts = [whole], server = {}, domains } = setUp;
    const [name = '', ...besides] = findingsOf(setUp);
    const settings = domains === undefined ? {} : { domains };
    stage = await OperatorStage.start({ hosts, server: { modules, ...server }, settings });

    const before = await check(stage);
    const found = before.finding(name);
    expect(before.doubts.toSorted()).toEqual([name, ...besides].toSorted());
    expect(before.code).toBe(found.severity === 'red' ? 1 : 0);

    for (const each of [name, ...besides]) await paste(stage, before.finding(each).paste ?? {});
    const after = await check(stage);
    expect(after.doubts).toEqual([]);
    expect(after.code).toBe(0);
  });
});

function findingsOf({ finding, onEjabberd = finding, besides }: SetUp): readonly string[] {
  const name = isEjabberd ? onEjabberd : finding;
  return besides === undefined ? [name] : [name, besides];
}

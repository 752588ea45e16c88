import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Client, login } from '../support/client.ts';
import { DaemonProcess } from '../support/daemon-process.ts';
import { type Server, startServer } from '../support/server.ts';
import { COMPONENT, waitForReceipt } from '../support/stage.ts';
import { until } from '../support/until.ts';

const U_LABEL = 'bücher.test';
const A_LABEL = 'xn--bcher-kva.test';

let folder: string;
let server: Server;
let daemon: DaemonProcess | undefined;
let lastId = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xmpp-receipts-domains-'));
});

afterEach(async () => {
  await daemon?.end();
  await rm(folder, { recursive: true, force: true });
});

/** The daemon with that under `domains`. */
function daemonFor(domain: string, port = server.ports.component): DaemonProcess {
  daemon = new DaemonProcess({
    XMPP_RECEIPTS_COMPONENT_DOMAIN: COMPONENT,
    XMPP_RECEIPTS_COMPONENT_SERVER: `127.0.0.1:${port}`,
    XMPP_RECEIPTS_COMPONENT_SECRET: 'secret',
    XMPP_RECEIPTS_DOMAINS: domain,
    XMPP_RECEIPTS_STORE: `sqlite:${join(folder, 'receipts.db')}`,
  });
  return daemon;
}

const WRITTEN = {
  [U_LABEL]: [U_LABEL, 'bu\u0308cher.test', 'ｂücher．test', 'BÜCHER.test', 'bücher.test.'],
  [A_LABEL]: [A_LABEL, 'XN--BCHER-KVA.test', 'xn--bcher-kva.test.'],
};

describe.each([
  { host: U_LABEL, other: A_LABEL },
  { host: A_LABEL, other: U_LABEL },
] as const)('a server with the host $host', ({ host, other }) => {
  let alice: Client;

  beforeAll(async () => {
    server = await startServer({
      hosts: [{ name: host }],
      components: [{ domain: COMPONENT, secret: 'secret' }],
      receipts: { receipts_component: COMPONENT },
    });
    for (const name of ['alice', 'bob']) await server.register(`${name}@${host}`);
    await server.befriend(`alice@${host}`, `bob@${host}`);
    alice = await login({ jid: `alice@${host}/pc`, port: server.ports.c2s });
  });

  afterAll(async () => {
    await alice?.close();
    await server?.dispose();
  });

  test.each(WRITTEN[host])('its facts are taken where the settings say %j', async (domain) => {
    await daemonFor(domain).start();
    const id = `m${++lastId}`;
    alice.ask(`bob@${host}`, id);
    await waitForReceipt(alice, id, 'stored', 20_000);
  });

  test(`the log names it where the settings say ${other}`, async () => {
    const wrong = daemonFor(other);
    await wrong.start();
    await until(
      () => wrong.output.includes(`write \\"${host}\\" in \\"domains\\" instead of \\"${other}\\"`),
      'the right spelling',
    );
  });
});

test.each([
  ['straße.test', 'xn--strae-oqa.test'],
  ['https://bücher.test/', 'bücher.test'],
  ['bücher..test', 'a domain such as'],
])('a daemon that is set to %s ends with 78 and says what to write', async (written, hint) => {
  const wrong = daemonFor(written, 5347);
  await expect(wrong.start()).rejects.toThrow('the daemon ended with 78');
  expect(wrong.output).toContain(hint);
});

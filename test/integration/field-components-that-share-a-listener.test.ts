import { afterEach, describe, expect, test } from 'vitest';
import { type Ejabberd, startEjabberd } from '../support/ejabberd.ts';
import { FeedComponent } from '../support/feed-component.ts';

const COMPONENT = 'receipts.test';
const GATEWAY = 'gateway.test';
const ADVICE =
  /another component gets stanzas that are for receipts\.test.*global_routes: false.*ejabberd_service/;

describe('components of one listener of ejabberd', () => {
  let server: Ejabberd;

  afterEach(() => server?.dispose());

  /** How often the log gives the advice when these have connected. */
  async function advised(sharesStreams: boolean, domains: readonly string[]): Promise<number> {
    server = await startEjabberd({
      hosts: [{ name: 'here.test' }],
      components: [COMPONENT, GATEWAY].map((domain) => ({ domain, secret: 'secret' })),
      receipts: { receipts_component: COMPONENT },
      ejabberd: { sharesStreams },
    });
    const port = server.ports.component;
    for (const domain of domains) await FeedComponent.connect({ domain, port });
    await expect.poll(() => server.log(), { timeout: 20_000 }).toMatch(/Reporting facts/);
    return (await server.log()).split('\n').filter((line) => ADVICE.test(line)).length;
  }

  test('without global_routes: false the module names that option once', async () => {
    expect(await advised(true, [COMPONENT, GATEWAY])).toBe(1);
  });

  test('without it one component alone gets its stanzas, and nothing is said', async () => {
    expect(await advised(true, [COMPONENT])).toBe(0);
  });

  test('with global_routes: false nothing is said of several components', async () => {
    expect(await advised(false, [GATEWAY, COMPONENT])).toBe(0);
  });
});

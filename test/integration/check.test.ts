import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server as Silence } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lockStore } from '../../src/store/locking.ts';
import { login } from '../support/client.ts';
import { check, paste } from '../support/doctor.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import { COMPONENT } from '../support/stage.ts';

const HOST = 'doctor.test';
const ALICE = `alice@${HOST}`;

describe('check, on a real server', () => {
  let stage: OperatorStage;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST, mam: true }] });
    await stage.server.register(ALICE);
  });

  afterAll(() => stage?.dispose());

  const at = (port: number) => ({ server: `127.0.0.1:${port}` });

  /** What is found with these settings of the component, or of the domains, instead of the right ones. */
  async function checkWith(component: Readonly<Record<string, unknown>>, domains = [HOST]) {
    const right = { ...at(stage.server.ports.component), domain: COMPONENT };
    const secret = component['secretFile'] === undefined ? { secret: 'component secret' } : {};
    await stage.write({ domains, component: { ...right, ...secret, ...component } });
    const found = await check(stage);
    await stage.write({ domains: [HOST] });
    return found;
  }

  test('finds nothing red where no daemon runs and all is set up', async () => {
    const { all, code, doubts } = await check(stage);
    expect(doubts).toEqual([]);
    expect(all.map(({ name }) => name)).toEqual(['settings', 'no-daemon', 'connected', 'greeted']);
    expect(code).toBe(0);
  });

  test('in words gives each line its colour, and below it the lines to paste', async () => {
    await stage.write({ domains: [HOST, 'missing.test'] });
    const { out, code } = await stage.run('check');
    await stage.write({ domains: [HOST] });
    expect(out).toContain(`green  ${HOST}: `);
    expect(out).toContain('amber  daemon: does not run');
    expect(out).toMatch(/red +missing\.test: .*\n +expected: .*\n +in prosody\.cfg\.lua:\nVirtual/);
    expect(code).toBe(1);
  });

  test('says that the port is closed', async () => {
    const found = await checkWith(at(1));
    expect(found.finding('unreached').seen).toMatch(/cannot reach 127\.0\.0\.1:1/);
    expect(found.code).toBe(1);
  });

  test('says that another port is none for components', async () => {
    const found = await checkWith(at(stage.server.ports.control));
    expect(found.finding('no-component-port').expected).toContain('the component port');
  });

  test('says that the name is not resolved, and the line that it gives leads to the server', async () => {
    const { component } = stage.server.ports;
    await stage.write({
      domains: [HOST],
      component: {
        domain: COMPONENT,
        server: `nowhere.invalid:${component}`,
        secret: 'component secret',
      },
    });
    await paste(stage, (await check(stage)).finding('unresolved').paste ?? {});
    expect((await check(stage)).doubts).toEqual([]);
  });

  test('says how many characters of a wrong secret were read', async () => {
    const found = await checkWith({ secret: 'abc' });
    expect(found.finding('secret-refused').expected).toContain('We read 3 characters');
    expect(found.code).toBe(1);
  });

  test('counts no characters behind what YAML takes for a comment', async () => {
    const text = await readFile(stage.settingsFile, 'utf8');
    await writeFile(
      stage.settingsFile,
      text.replace('secret: component secret', 'secret: abc #def'),
    );
    const found = await check(stage);
    await writeFile(stage.settingsFile, text);
    expect(found.finding('secret-refused').expected).toContain('We read 3 characters');
  });

  test.each([{ server: 'no port' }, { secretFile: 'nowhere' }])(
    'names a setting that is wrong: %o',
    async (component) => {
      const found = await checkWith(component);
      const [name = ''] = Object.keys(component);
      expect(found.finding('settings-wrong').seen).toContain(`component.${name}`);
      expect(found.code).toBe(1);
    },
  );

  test('says that a server is silent that takes a connection and does not answer', async () => {
    const hole = await silence();
    const ports = { ...stage.server.ports, s2s: hole.port };
    await stage.server.learnPeers({ domains: ['hole.test'], ports });
    const found = await checkWith({}, [HOST, 'hole.test']);
    hole.server.close();
    expect(found.finding('silent').about).toBe('hole.test');
    expect(found.finding('greeted').about).toBe(HOST);
  });

  test('does not connect while another daemon has the store', async () => {
    const lock = await lockStore(`sqlite:${join(stage.folder, 'receipts.db')}`);
    const found = await check(stage);
    await lock.release();
    expect(found.finding('store-refused').severity).toBe('red');
    expect(found.all.map(({ about }) => about)).not.toContain(HOST);
  });

  test('without a daemon says of a user only whether the address is one of ours', async () => {
    const found = await check(stage, ALICE);
    expect(found.finding('user-unseen').about).toBe(ALICE);
    expect(found.code).toBe(0);
  });

  test.each([`${ALICE}/phone`, HOST, 'a b@doctor.test'])(
    'says that %s is not the address of a user',
    async (user) => {
      expect((await check(stage, user)).finding('user-invalid').about).toBe(user);
    },
  );

  test('says that a user is of a domain that we do not serve, and the lines that it gives add it', async () => {
    const foreign = await check(stage, 'bob@missing.test');
    expect(foreign.finding('user-of-others').paste?.settings).toBe(
      `domains:\n  - "${HOST}"\n  - "missing.test"`,
    );
    expect(foreign.code).toBe(1);
  });

  describe('with a daemon', () => {
    beforeAll(async () => {
      await stage.daemon.start();
      await vi.waitUntil(async () => (await check(stage)).code === 0, 20_000);
    });

    test('asks it, and does not end its stream', async () => {
      const { all, doubts } = await check(stage);
      expect(doubts).toEqual([]);
      expect(all.map(({ name }) => name)).toEqual(['settings', 'daemon', 'connected', 'greeted']);
      expect((await stage.run('status')).out).toContain('connected');
    });

    test('says that the module has reported no message of a user', async () => {
      const found = await check(stage, ALICE);
      expect(found.finding('user').seen).toContain('the default');
      expect(found.finding('user-without-messages').severity).toBe('amber');
    });

    test('knows a user who is written in another way', async () => {
      const found = await check(stage, 'Alice@DOCTOR.test');
      expect(found.finding('user-spelled').seen).toBe(`is ${ALICE} here`);
      expect(found.finding('user').seen).toContain('the default');
    });

    test('says that a user refuses', async () => {
      await stage.run('policy', 'set', `carol@${HOST}`, 'refuse');
      const found = await check(stage, `carol@${HOST}`);
      expect(found.finding('user-refuses').severity).toBe('amber');
    });

    test('says when a user wrote last, and what became of it', async () => {
      const alice = await login({ jid: `${ALICE}/pc`, port: stage.server.ports.c2s });
      alice.ask(`nobody@${HOST}`, 'm1');
      const names = async () => (await check(stage, ALICE)).all.map(({ name }) => name);
      await expect.poll(names, { timeout: 20_000 }).toContain('user-messages');
      await alice.close();
      const found = await check(stage, ALICE);
      expect(found.finding('user-messages').seen).toContain('the last message of this user');
      expect(found.all.map(({ name }) => name)).not.toContain('user-without-messages');
    });
  });
});

/** A server that takes connections and never says anything. */
async function silence(): Promise<{ readonly server: Silence; readonly port: number }> {
  const server = createServer((socket) => socket.on('error', () => {}).unref()).unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

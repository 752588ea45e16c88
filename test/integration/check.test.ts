import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { OperatorStage } from '../support/operator-stage.ts';
import { COMPONENT } from '../support/stage.ts';

const HOST = 'doctor.test';

describe('check, on a real server', () => {
  let stage: OperatorStage;

  beforeAll(async () => {
    stage = await OperatorStage.start({ hosts: [{ name: HOST }] });
  });

  afterAll(() => stage?.dispose());

  async function checkWith(component: Readonly<Record<string, unknown>>, domains = [HOST]) {
    await stage.write({ domains, component: { ...right(), ...component } });
    const ended = await stage.run('check');
    await stage.write({ domains: [HOST] });
    return ended;
  }

  function right() {
    const server = `127.0.0.1:${stage.server.ports.component}`;
    return { domain: COMPONENT, server, secret: 'component secret' };
  }

  test('finds nothing red where no daemon runs and all is set up', async () => {
    const { code, out } = await stage.run('check');
    expect(out).toContain(`green  ${HOST}: `);
    expect(out).toContain('amber  daemon: does not run');
    expect(code).toBe(0);
  });

  test('says that the port is closed', async () => {
    const { code, out } = await checkWith({ server: '127.0.0.1:1' });
    expect(out).toMatch(/red +server: cannot reach 127\.0\.0\.1:1/);
    expect(code).toBe(1);
  });

  test('says that the name is not resolved', async () => {
    const { code, out } = await checkWith({ server: 'nowhere.invalid:5347' });
    expect(out).toMatch(/red +server: cannot find the address of nowhere\.invalid/);
    expect(code).toBe(1);
  });

  test('says how many characters of a wrong secret were read', async () => {
    const { code, out } = await checkWith({ secret: 'abc' });
    expect(out).toContain('We read 3 characters');
    expect(code).toBe(1);
  });

  test('gives the lines for a component that the server does not know', async () => {
    const { code, out } = await checkWith({ domain: 'unknown.test' });
    expect(out).toContain('Component "unknown.test"');
    expect(code).toBe(1);
  });

  test('names the domain where mod_receipts does not answer', async () => {
    const { code, out } = await checkWith({}, [HOST, 'elsewhere.test']);
    expect(out).toMatch(/red +elsewhere\.test: /);
    expect(out).toContain(`green  ${HOST}: `);
    expect(code).toBe(1);
  });

  test('names a setting that is wrong', async () => {
    const { code, out } = await checkWith({ server: 'no port' });
    expect(out).toMatch(/red +settings: .*component\.server/);
    expect(code).toBe(1);
  });

  test('asks the daemon that runs, and does not end its stream', async () => {
    await stage.daemon.start();
    await vi.waitUntil(async () => (await stage.run('check')).code === 0, 20_000);
    const { out } = await stage.run('check', '--json');
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ about: HOST, severity: 'green' }),
    );
    expect((await stage.run('status')).out).toContain('connected');
  });
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OwnDaemon } from '../support/own-daemon.ts';

/** On a machine that is busy a process takes its time to start. */
const WAIT = { timeout: 45_000, interval: 20 };

describe('a daemon under a service manager', () => {
  let daemon: OwnDaemon;

  beforeEach(() => {
    daemon = new OwnDaemon();
    daemon.write({});
  });

  afterEach(() => daemon.dispose());

  test('is ready when settings and store are good, although the server is away', async () => {
    daemon.start();
    await untilTold('READY=1');
    expect(daemon.output).not.toContain('connected to');
  });

  test('is never ready with wrong settings', async () => {
    daemon.write({ domains: [] });
    daemon.start();
    expect(await daemon.ended()).toEqual({ code: 78, signal: null });
    expect(daemon.told).toEqual([]);
  });

  test('says twice in the time of the watchdog that it is alive', async () => {
    daemon.start({ WATCHDOG_USEC: '600000' });
    await untilTold('READY=1');
    const began = performance.now();
    await vi.waitUntil(() => countTold('WATCHDOG=1') >= 10, WAIT);
    // Nine times 300 ms lie between the first and the tenth; twice as often would be half of that.
    expect(performance.now() - began).toBeGreaterThan(1500);
  });

  test('leaves the watchdog of another process alone', async () => {
    daemon.start({ WATCHDOG_USEC: '20000', WATCHDOG_PID: '1' });
    await untilTold('READY=1');
    daemon.signal('SIGTERM');
    await daemon.ended();
    expect(daemon.told).toEqual(['READY=1', 'STOPPING=1']);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('ends in order at %s', async (signal) => {
    daemon.start();
    await untilTold('READY=1');
    daemon.signal(signal);
    expect(await daemon.ended()).toEqual({ code: 0, signal: null });
    expect(daemon.told).toEqual(['READY=1', 'STOPPING=1']);
    expect(messages().at(-1)).toBe('stopped');
  });

  test('ends at once at a second signal', async () => {
    daemon.start();
    await untilTold('READY=1');
    daemon.signal('SIGINT');
    daemon.signal('SIGTERM');
    const { code } = await daemon.ended();
    expect([128 + 2, 128 + 15]).toContain(code);
    expect(messages()).toContain('a second signal came: the daemon ends at once');
  });

  test('works where nobody wants to be told', async () => {
    daemon.start({ NOTIFY_SOCKET: '' });
    await vi.waitUntil(() => daemon.output.includes('starts'), WAIT);
    daemon.signal('SIGTERM');
    expect(await daemon.ended()).toEqual({ code: 0, signal: null });
    expect(daemon.output).not.toContain('systemd-notify');
  });

  describe('at SIGHUP', () => {
    test('reads the settings again, and tells the service manager', async () => {
      await startAndReload({});
      await vi.waitUntil(() => countTold('READY=1') === 2, WAIT);
      expect(daemon.told[1]).toMatch(/^RELOADING=1 MONOTONIC_USEC=\d+$/);
    });

    test('says what takes effect, and what needs a restart', async () => {
      await startAndReload({ log: { level: 'debug' }, retentionDays: 10 });
      await vi.waitUntil(() => reloads().length > 0, WAIT);
      expect(reloads()).toMatchObject([{ applied: ['log.level'], needRestart: ['retentionDays'] }]);
    });

    test('names what needs a restart each time, until it is restarted', async () => {
      await startAndReload({ retentionDays: 10 });
      daemon.signal('SIGHUP');
      await vi.waitUntil(() => reloads().length === 2, WAIT);
      expect(reloads()).toMatchObject(Array(2).fill({ needRestart: ['retentionDays'] }));
    });

    test('logs as it is told from then on', async () => {
      await startAndReload({ log: { level: 'silent' } });
      daemon.signal('SIGTERM');
      await daemon.ended();
      expect(messages().at(-1)).not.toBe('stopped');
    });

    test('goes on with the old settings if the new ones are wrong', async () => {
      daemon.start();
      await untilTold('READY=1');
      daemon.write({ retentionDays: 'many' });
      daemon.signal('SIGHUP');
      await vi.waitUntil(() => countTold('READY=1') === 2, WAIT);
      const error = () => daemon.log.find(({ level }) => level === 50);
      await vi.waitUntil(error, WAIT);
      expect(error()).toMatchObject({
        problems: [expect.stringContaining('"retentionDays" must be')],
      });
      daemon.signal('SIGTERM');
      expect(await daemon.ended()).toEqual({ code: 0, signal: null });
    });

    test('shows no secret that changed, only that it changed', async () => {
      daemon.start();
      await untilTold('READY=1');
      const component = { domain: 'receipts.test', server: '127.0.0.1:9', secret: 'new secret' };
      daemon.write({ component });
      daemon.signal('SIGHUP');
      await vi.waitUntil(() => reloads().length === 1, WAIT);
      expect(reloads()).toMatchObject([{ needRestart: ['component.secret'] }]);
      expect(daemon.output).not.toMatch(/hidden secret|new secret/);
    });

    async function startAndReload(settings: Readonly<Record<string, unknown>>): Promise<void> {
      daemon.start();
      await untilTold('READY=1');
      daemon.write(settings);
      daemon.signal('SIGHUP');
      await untilTold('RELOADING=1');
      await vi.waitUntil(() => countTold('READY=1') === 2, WAIT);
    }
  });

  async function untilTold(word: string): Promise<void> {
    await vi.waitUntil(() => countTold(word) > 0, WAIT);
  }

  function countTold(word: string): number {
    return daemon.told.filter((line) => line.startsWith(word)).length;
  }

  function messages(): readonly unknown[] {
    return daemon.log.map(({ msg }) => msg);
  }

  function reloads() {
    return daemon.log.filter(({ msg }) => `${msg}`.startsWith('the settings were read again'));
  }
});

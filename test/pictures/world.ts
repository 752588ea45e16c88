import type { CounterName } from '../../src/telemetry/counters.ts';
import { OperatorStage } from '../support/operator-stage.ts';
import type { Owner } from './app.ts';

const HOST = 'example.org';
export const COMPONENT = `receipts.${HOST}`;
const PASSWORD = 'secret';
/** Shorter than it is by default, and long enough to write several messages by then. */
const STORED_AFTER_MS = 40_000;
export const BOT = `receipts@${COMPONENT}`;
export const ALICE = `alice@${HOST}`;
export const BOB = `bob@${HOST}`;
/** She is away, always. */
export const CAROL = `carol@${HOST}`;

/** A real Prosody with the daemon, and the accounts of three people. */
export class World {
  readonly #stage: OperatorStage;

  private constructor(stage: OperatorStage) {
    this.#stage = stage;
  }

  static async begin(): Promise<World> {
    const stage = await OperatorStage.start({
      hosts: [{ name: HOST, mam: true, modules: ['pep', 'bookmarks', 'vcard_legacy'] }],
      server: { http: { inactivitySeconds: 60 } },
      component: COMPONENT,
      settings: { receipts: { textStoredAfterMs: STORED_AFTER_MS } },
    });
    for (const jid of [ALICE, BOB, CAROL]) await stage.server.register(jid, PASSWORD);
    for (const jid of [BOB, CAROL, BOT]) await stage.server.befriend(ALICE, jid);
    await stage.server.befriend(BOB, BOT);
    await stage.daemon.start();
    return new World(stage);
  }

  alice(): Owner {
    return this.#owner(ALICE, [BOT, BOB, CAROL]);
  }

  bob(): Owner {
    return this.#owner(BOB, [BOT, ALICE]);
  }

  /** How often that has happened, as the operator is told. */
  async counted(what: CounterName): Promise<number> {
    const { out } = await this.#stage.run('status', '--json');
    return JSON.parse(out).counts[what] ?? 0;
  }

  end(): Promise<void> {
    return this.#stage.dispose();
  }

  #owner(jid: string, contacts: readonly string[]): Owner {
    return { jid, password: PASSWORD, ports: this.#stage.server.ports, contacts };
  }
}

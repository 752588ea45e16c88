import { type Client, type LoginOptions, login } from './client.ts';
import type { Stage } from './stage.ts';

/** Users of a stage, registered when they first come; tests that run side by side take users of their own. */
export class Company {
  readonly #stage: Stage;
  readonly #known = new Set<string>();
  readonly #clients: Client[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Somebody comes online: `bob@host/phone`. */
  async enter(jid: string, options: Partial<LoginOptions> = {}): Promise<Client> {
    await this.register(jid);
    const client = await login({ jid, port: this.#stage.server.ports.c2s, ...options });
    this.#clients.push(client);
    return client;
  }

  /** There is an account, offline perhaps. */
  async register(jid: string): Promise<string> {
    const bare = jid.replace(/\/.*/, '');
    if (!this.#known.has(bare)) await this.#stage.server.register(bare);
    this.#known.add(bare);
    return bare;
  }

  /** Two see each other's presence. */
  async befriend(a: Client, b: Client): Promise<void> {
    await this.#stage.server.befriend(a.bareJid, b.bareJid);
  }

  async leave(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
  }
}

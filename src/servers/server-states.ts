import type { ModuleHello } from '../protocol/hello.ts';

/** What is known of a domain's server. */
export interface ServerState {
  readonly domain: string;
  /** What its module said last; `undefined`: it has not answered since it was asked. */
  readonly hello: ModuleHello | undefined;
  /** Why nothing can be told about its users now, and what to do. */
  readonly problem: string | undefined;
}

const NOT_YET = 'its mod_receipts has not answered yet';

/** The last that was heard of the server of each configured domain. */
export class ServerStates {
  readonly #states: Map<string, ServerState>;

  readonly #onChanged: (state: ServerState) => void;

  constructor(domains: readonly string[], onChanged: (state: ServerState) => void) {
    this.#onChanged = onChanged;
    this.#states = new Map(
      domains.map((domain) => [domain, { domain, hello: undefined, problem: NOT_YET }]),
    );
  }

  get all(): readonly ServerState[] {
    return [...this.#states.values()];
  }

  met(domain: string, hello: ModuleHello): void {
    this.#keep({ domain, hello, problem: undefined });
  }

  missed(domain: string, problem: string): void {
    this.#keep({ domain, hello: undefined, problem });
  }

  /** Without a link nothing is known of anybody. */
  forget(): void {
    for (const domain of this.#states.keys()) this.missed(domain, NOT_YET);
  }

  #keep(state: ServerState): void {
    const before = this.#states.get(state.domain);
    if (before === undefined) return;
    this.#states.set(state.domain, state);
    if (before.problem !== state.problem) this.#onChanged(state);
  }
}

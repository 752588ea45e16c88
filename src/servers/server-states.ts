import type { Millis } from '../message/time.ts';
import type { ModuleHello } from '../protocol/hello.ts';
import type { ServerProblem, ServerProblemReason } from './server-problem.ts';

/** What is known of a domain's server. */
export interface ServerState {
  readonly domain: string;
  /** What its module said last; `undefined`: it has not answered since it was asked. */
  readonly hello: ModuleHello | undefined;
  /** By how much its clock is ahead of ours, as far as it says. */
  readonly clockAhead?: Millis | undefined;
  /** Why nothing can be told about its users now, and what to do. */
  readonly problem: string | undefined;
  readonly reason?: ServerProblemReason | undefined;
  /** How its server spells the domain, if that is not as we do. */
  readonly spelled?: string | undefined;
}

const NOT_YET: ServerProblem = {
  reason: 'not-yet',
  line: 'its mod_receipts has not answered yet',
};

/** The last that was heard of the server of each configured domain. */
export class ServerStates {
  readonly #states = new Map<string, ServerState>();
  readonly #onChanged: (state: ServerState) => void;
  /** Domains that their servers spell in another way, and how. */
  readonly #misspelt = new Map<
    string,
    { readonly from: string; readonly problem: ServerProblem }
  >();

  constructor(domains: readonly string[], onChanged: (state: ServerState) => void) {
    this.#onChanged = onChanged;
    for (const domain of domains) this.#states.set(domain, missedState(domain, NOT_YET));
  }

  get all(): readonly ServerState[] {
    return [...this.#states.values()];
  }

  /** What its module said last. */
  helloOf(domain: string): ModuleHello | undefined {
    return this.#states.get(domain)?.hello;
  }

  met(domain: string, hello: ModuleHello): void {
    this.#misspelt.delete(domain);
    this.#keep(metState(domain, hello));
  }

  /** A misspelt domain is silent too, but that is not the reason. */
  missed(domain: string, problem: ServerProblem): void {
    const { from, problem: first } = this.#misspelt.get(domain) ?? { from: undefined, problem };
    this.#keep(missedState(domain, first, from));
  }

  /** The module of that domain has said hello as `from`. */
  misspelt(domain: string, from: string, problem: ServerProblem): void {
    this.#misspelt.set(domain, { from, problem });
    this.missed(domain, problem);
  }

  /** Without a link nothing is known of anybody. */
  forget(): void {
    this.#misspelt.clear();
    for (const domain of this.#states.keys()) this.missed(domain, NOT_YET);
  }

  #keep(state: ServerState): void {
    const before = this.#states.get(state.domain);
    if (before === undefined) return;
    this.#states.set(state.domain, state);
    if (before.problem !== state.problem) this.#onChanged(state);
  }
}

/** What a module has just said. */
export function metState(domain: string, hello: ModuleHello): ServerState {
  const { clock } = hello.health;
  const clockAhead = clock === undefined ? undefined : Math.round(clock / 1000) - Date.now();
  return { domain, hello, clockAhead, problem: undefined, reason: undefined, spelled: undefined };
}

export function missedState(
  domain: string,
  { reason, line }: ServerProblem,
  spelled?: string,
): ServerState {
  return { domain, hello: undefined, clockAhead: undefined, problem: line, reason, spelled };
}

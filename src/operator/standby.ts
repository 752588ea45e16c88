import type { Millis } from '../message/time.ts';
import { VERSION } from '../telemetry/version.ts';

/** A daemon that waits until its component is free. */
export interface StandbyState {
  readonly version: string;
  readonly component: string;
  readonly state: 'standby';
  /** How long it has run. */
  readonly upMs: Millis;
  /** Who serves the component: machine and process. */
  readonly holder: string;
}

/** What an operator may see of it. */
export class Standby {
  readonly component: string;
  readonly #startedAt = performance.now();
  holder: string;

  constructor(component: string, holder: string) {
    this.component = component;
    this.holder = holder;
  }

  get state(): StandbyState {
    const { component, holder } = this;
    const upMs = performance.now() - this.#startedAt;
    return { version: VERSION, component, state: 'standby', upMs, holder };
  }

  /** In a sentence, for whoever asks for more. */
  get sentence(): string {
    return `this daemon stands by: ${this.holder} serves ${this.component}. Ask that one`;
  }
}

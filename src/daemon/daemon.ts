import { isLinkError } from '../link/link.ts';
import type { Operator } from '../operator/operator.ts';
import { fittingAnswer } from '../routing/fitting-answer.ts';
import { route } from '../routing/router.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Given } from './given.ts';
import { makeParts, type Parts } from './parts.ts';

export interface Daemon {
  start(): void;
  /**
   * Says good-bye to who has us among the contacts, closes the link, waits for the last commit, and
   * closes the store.
   */
  stop(): Promise<void>;
  /** The same without a good-bye, and at once: another daemon serves the component now. */
  giveWay(): Promise<void>;
  readonly counters: Counters;
  /** What an operator may see and do. */
  readonly operator: Operator;
}

export function createDaemon(given: Given): Daemon {
  const parts = makeParts(given);
  connect(parts);
  tellOfLink(parts);
  return new RunningDaemon(parts);
}

function connect({ link, router, whileOnline, limit, counters }: Parts): void {
  link.onLimited((bytes) => void limit.keep(bytes));
  link.onOnline(() => {
    for (const part of whileOnline) part.start();
  });
  link.onOffline(() => {
    for (const part of whileOnline) part.stop();
  });
  link.onStanza(async (stanza) => {
    const answers = await route(stanza, router);
    // If the link is down, the other side has lost it as well, and asks again.
    for (const answer of answers)
      await link
        .send(fittingAnswer(stanza, answer, { fits: (it) => link.fits(it), counters }))
        .catch((error: unknown) => countUnsent(error, counters));
  });
}

function tellOfLink({ link, happenings }: Parts): void {
  const tell = () =>
    happenings.tell(() => {
      const { state } = link;
      const problem = state.isOnline ? undefined : state.problem;
      return [{ kind: 'link', at: Date.now(), isOnline: state.isOnline, problem }];
    });
  link.onOnline(tell);
  link.onOffline(tell);
}

function countUnsent(error: unknown, counters: Counters): void {
  if (!isLinkError(error)) throw error;
  counters.count('replies not sent');
}

class RunningDaemon implements Daemon {
  readonly #parts: Parts;
  #isStopped = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get counters(): Counters {
    return this.#parts.counters;
  }

  get operator(): Operator {
    return this.#parts.operator;
  }

  start(): void {
    this.#parts.housekeeping.start();
    void this.#begin();
  }

  /**
   * What waits is due by a time that goes on from that of the last run. If that cannot be read, the
   * daemon starts all the same: it learns both anew.
   */
  async #begin(): Promise<void> {
    const { clock, limit, link, log } = this.#parts;
    await clock
      .load()
      .then(() => limit.load())
      .catch((err) => {
        log.error({ err }, 'what was kept of the last run could not be read now');
      });
    if (!this.#isStopped) link.start();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#parts.announcements.farewell();
    await this.giveWay();
  }

  async giveWay(): Promise<void> {
    this.#isStopped = true;
    const { housekeeping, link, intake, store, counters, log } = this.#parts;
    housekeeping.stop();
    await link.stop();
    await intake.finish();
    await store.close();
    log.info(counters.all(), 'stopped');
  }
}

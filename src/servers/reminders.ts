import type { Link } from '../link/link.ts';
import { domainOf } from '../message/jid.ts';
import { acceptedFacts, newestLife } from '../message/life.ts';
import type { Millis } from '../message/time.ts';
import { MAY_REMIND, mayRemindElement, readMayRemind } from '../protocol/remind-order.ts';
import { type Element, element } from '../protocol/xml.ts';
import type { ServerTime } from '../receipt/current-status.ts';
import { isOurs, type Rules } from '../receipt/rules.ts';
import { outcomeOf } from '../receipt/watch.ts';
import { SendLoop } from '../sending/send-loop.ts';
import type { Found, RecordStore } from '../store/record-store.ts';
import type { ReminderStore } from '../store/reminder-store.ts';
import type { KeptWatch } from '../store/watch-store.ts';
import type { Counters, ReminderNotSent } from '../telemetry/counters.ts';
import type { Logger } from '../telemetry/log.ts';
import type { HostOrders } from './host-orders.ts';

export interface RemindersParts {
  readonly reminders: Pick<ReminderStore, 'ordered' | 'take'>;
  readonly records: Pick<RecordStore, 'find'>;
  readonly hostOrders: Pick<HostOrders, 'takes'>;
  readonly timeFor: (key: KeptWatch['key']) => ServerTime;
  readonly compose: (watch: KeptWatch, found: Found) => Element;
  readonly link: Pick<Link, 'request' | 'send'>;
  readonly rules: Rules;
  /** Whose servers we hear. */
  readonly domains: readonly string[];
  /** Our own domain. */
  readonly component: string;
  readonly counters: Counters;
  readonly log: Logger;
  readonly now: () => Millis;
}

const LOOK_AGAIN: Millis = 1000;
const AT_ONCE = 20;

/** A reminder that could not be sent so long is none any more. */
const TOO_LATE = 600_000;

type Decision = 'send' | 'later' | ReminderNotSent;

/**
 * Reminds recipients of messages whose senders asked for it. The sender has had an answer before,
 * the same for all: what is decided here, and when, they do not hear. Each server has a loop of its
 * own, so a server that does not answer holds up no other.
 */
export class Reminders {
  readonly #parts: RemindersParts;
  readonly #loops: readonly SendLoop[];

  constructor(parts: RemindersParts) {
    this.#parts = parts;
    this.#loops = parts.domains.map((domain) => this.#loopFor(domain));
  }

  /** The link is up. */
  start(): void {
    for (const loop of this.#loops) loop.start();
  }

  stop(): void {
    for (const loop of this.#loops) loop.stop();
  }

  #loopFor(domain: string): SendLoop {
    return new SendLoop({
      round: () => this.#remindSome(domain),
      pause: () => LOOK_AGAIN,
      complaint: `recipients of ${domain} could not be reminded now; it is kept for a while`,
      log: this.#parts.log,
    });
  }

  /** Never says that there is more: what waits for a module would come again at once. */
  async #remindSome(domain: string): Promise<boolean> {
    const ordered = await this.#parts.reminders.ordered([domain], AT_ONCE);
    for (const watch of ordered) await this.#remind(watch);
    return false;
  }

  async #remind(watch: KeptWatch): Promise<void> {
    const found = await this.#parts.records.find(watch.key);
    const decision = found === undefined ? 'gone' : await this.#decide(watch, found);
    if (decision === 'later') return;
    // From here on nobody else sends it: a crash before the next line loses it, and none sends two.
    const isTaken = await this.#parts.reminders.take(watch);
    if (!isTaken) return this.#noteNotSent(watch, 'taken');
    if (decision !== 'send' || found === undefined)
      return this.#noteNotSent(watch, decision === 'send' ? 'gone' : decision);
    await this.#parts.link.send(this.#parts.compose(watch, found));
    this.#parts.counters.count('reminders sent');
  }

  async #decide(watch: KeptWatch, found: Found): Promise<Decision> {
    const { hostOrders, rules, now } = this.#parts;
    const { recipient } = watch.key;
    if (!isOurs(recipient, rules)) return 'not-local';
    if (now() - (watch.reminded ?? 0) > TOO_LATE) return 'too-late';
    const takes = hostOrders.takes(domainOf(recipient), MAY_REMIND);
    if (takes !== true) return takes === undefined ? 'later' : 'module-cannot';
    const known = this.#knownOf(watch, found);
    return known ?? this.#askModule(watch, found);
  }

  /** Nobody is reminded of what the sender knows to be read by now. */
  #knownOf(watch: KeptWatch, found: Found): 'happened' | 'gone' | undefined {
    const { rules, timeFor } = this.#parts;
    const context = { rules, ...timeFor(watch.key), ...found };
    const { kind } = outcomeOf(watch, found.tracked, context);
    return kind === 'happened' || kind === 'gone' ? kind : undefined;
  }

  async #askModule({ key }: KeptWatch, { tracked }: Found): Promise<Decision> {
    const { link, component } = this.#parts;
    const { sender, recipient } = key;
    const asked = mayRemindElement({ sender: writtenSenderIn(tracked) ?? sender, recipient });
    const to = domainOf(recipient);
    const answer = await link.request(element('iq', { type: 'set', from: component, to }, asked));
    const said = readMayRemind(answer);
    return said === 'yes' ? 'send' : said;
  }

  #noteNotSent({ key }: KeptWatch, because: ReminderNotSent): void {
    const { counters, log } = this.#parts;
    counters.count(`reminders not sent: ${because}`);
    log.debug({ ...key, because }, 'a recipient is not reminded of a message');
  }
}

/** The recipient's server may write the domain of the sender in another way. */
function writtenSenderIn({ record }: Found['tracked']): string | undefined {
  const life = newestLife(record);
  return life && acceptedFacts(life).findLast((fact) => fact.writtenSender)?.writtenSender;
}

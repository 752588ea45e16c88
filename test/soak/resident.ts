import { setTimeout as sleep } from 'node:timers/promises';
import { type Element, element } from '../../src/protocol/xml.ts';
import type { Dice } from '../faults/plan.ts';
import { say } from '../support/bot-chat.ts';
import { asksForReceipt } from '../support/client/stanzas.ts';
import { type Client, login } from '../support/client.ts';
import { BOT } from '../support/stage.ts';
import {
  ANSWER_MS,
  AWAKE,
  AWAY,
  BETWEEN_CHOICES,
  LONG_AWAY,
  LONG_NAP,
  NAP,
  ONLINE,
  ORIGIN_IDS,
  POLICIES,
  type Range,
  READ,
  READ_MS,
  SECOND,
  TOO_LONG,
  UNANSWERED,
} from './habits.ts';
import type { Habit, Person } from './people.ts';

/** What happened to all people together. */
export interface Tally {
  sent: number;
  logins: number;
  resumptions: number;
  /** Messages with receipts of ours that came. */
  receipts: number;
  answers: number;
  policies: number;
  /** What a client wanted and did not get: each stands in the log of the run. */
  failures: number;
}

export interface ResidentParts {
  readonly person: Person;
  readonly port: number;
  readonly dice: Dice;
  readonly tally: Tally;
  readonly onFailure: (what: string) => void;
}

/** A person with one device, who comes and goes until the run is over. */
export class Resident {
  readonly person: Person;
  readonly #parts: ResidentParts;
  #client: Client | undefined;
  #isOver = false;
  #isReady = false;
  #numberOfMessage = 0;
  #isAnswering = false;

  constructor(parts: ResidentParts) {
    this.#parts = parts;
    this.person = parts.person;
  }

  /** Not while a session is taken up: what a client says then the server does not take. */
  get isOnline(): boolean {
    return this.#isReady && this.#client?.isClosed === false;
  }

  async live(): Promise<void> {
    await this.#wait({ least: 0, most: 10 * SECOND });
    while (!this.#isOver) {
      await this.#tried(() => this.#session());
      await this.#wait(this.person.habit === 'absent' ? LONG_AWAY : AWAY);
    }
  }

  end(): void {
    this.#isOver = true;
    this.#client?.die();
  }

  /** Writes to that address; the message asks for a receipt. */
  write(to: string): void {
    const { dice, tally } = this.#parts;
    this.#numberOfMessage += 1;
    tally.sent += 1;
    const id = `${Date.now().toString(36)}-${this.#numberOfMessage}-abcdefghijkl`;
    this.#client?.ask(to, id, {
      body: 'x'.repeat(20 + dice.below(100)),
      extra: [...(dice.below(ORIGIN_IDS) === 0 ? [originId(`o-${id}`)] : []), MARKABLE],
    });
  }

  async #session(): Promise<void> {
    const { person, port, tally } = this.#parts;
    const client = await login({ jid: `${person.jid}/phone`, port, priority: 'none' });
    tally.logins += 1;
    try {
      await this.#liveWith(client);
      if (!client.isClosed) await client.close();
    } finally {
      if (!client.isClosed) client.die();
    }
  }

  async #liveWith(client: Client): Promise<void> {
    const { person } = this.#parts;
    this.#client = client;
    this.#isReady = false;
    client.autoReceipt = ANSWERING.includes(person.habit);
    client.onStanza = (stanza) => this.#hear(client, stanza);
    await client.setPresence();
    this.#isReady = true;
    await this.#chooseOnce(client);
    const until = Date.now() + this.#within(ONLINE[person.habit]);
    while (Date.now() < until && !client.isClosed && !this.#isOver) await this.#liveOn(client);
  }

  async #liveOn(client: Client): Promise<void> {
    const { habit } = this.person;
    if (habit === 'sleeper') return this.#sleepAndWake(client);
    if (habit === 'chooser') return this.#choose(client);
    await this.#wait({ least: SECOND, most: 5 * SECOND });
  }

  async #sleepAndWake(client: Client): Promise<void> {
    const { dice, tally } = this.#parts;
    await this.#wait(AWAKE);
    this.#isReady = false;
    client.die();
    const isTooLong = dice.below(TOO_LONG) === 0;
    await this.#wait(isTooLong ? LONG_NAP : NAP);
    if (isTooLong) return this.#startAnew();
    await client.resume();
    this.#isReady = true;
    tally.resumptions += 1;
  }

  /** Its session is lost. The next one begins at once. */
  async #startAnew(): Promise<void> {
    if (!this.#isOver) await this.#session();
  }

  async #choose(client: Client): Promise<void> {
    await this.#wait(BETWEEN_CHOICES);
    if (client.isClosed) return;
    await say(client, `policy ${this.#parts.dice.pick(POLICIES)}`);
    this.#parts.tally.policies += 1;
  }

  /** What the habit needs. It is said at each login, and is true from the first time on. */
  async #chooseOnce(client: Client): Promise<void> {
    const { habit } = this.person;
    if (habit === 'asked') await say(client, 'policy manual');
    if (habit === 'automatic') await say(client, 'policy automatic');
  }

  #hear(client: Client, stanza: Element): void {
    if (!stanza.is('message') || stanza.attrs['type'] === 'error') return;
    if (stanza.attrs['from'] === BOT) this.#hearBot(client, stanza);
    else this.#hearFriend(client, stanza);
  }

  #hearFriend(client: Client, stanza: Element): void {
    if (!client.autoReceipt || !asksForReceipt(stanza)) return;
    if (this.#parts.dice.below(READ) === 0) void this.#read(client, stanza);
  }

  #hearBot(client: Client, stanza: Element): void {
    if (stanza.getChild('receipt', 'xmpp-receipts:1') !== undefined)
      this.#parts.tally.receipts += 1;
    else if (this.person.habit === 'asked' && isQuestion(stanza))
      void this.#tried(() => this.#answer(client));
  }

  async #read(client: Client, { attrs }: Element): Promise<void> {
    await this.#wait(READ_MS);
    if (this.#isOn(client)) client.displayed(attrs['from'] ?? '', attrs['id'] ?? '');
  }

  async #answer(client: Client): Promise<void> {
    const { dice, tally } = this.#parts;
    if (this.#isAnswering || dice.below(UNANSWERED) === 0) return;
    this.#isAnswering = true;
    await this.#wait(ANSWER_MS);
    if (this.isOnline) client.send(toBot(dice.pick(['yes all', 'yes all', 'no all', 'later all'])));
    tally.answers += 1;
    this.#isAnswering = false;
  }

  /** A client that fails logs in anew; the run goes on, and says it. */
  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#isOver) return;
      this.#isAnswering = false;
      this.#client?.die();
      this.#parts.tally.failures += 1;
      this.#parts.onFailure(`${this.person.jid}: ${String(error).slice(0, 300)}`);
    }
  }

  #isOn(client: Client): boolean {
    return this.isOnline && client === this.#client;
  }

  #within(range: Range): number {
    return this.#parts.dice.within(range);
  }

  async #wait(range: Range): Promise<void> {
    const until = Date.now() + this.#within(range);
    while (Date.now() < until && !this.#isOver)
      await sleep(Math.min(SECOND, Math.max(1, until - Date.now())));
  }
}

const ANSWERING: readonly Habit[] = ['reader', 'sleeper', 'absent', 'asked', 'chooser'];

// XEP-0333
const MARKABLE = element('markable', { xmlns: 'urn:xmpp:chat-markers:0' });

// XEP-0359
function originId(id: string): Element {
  return element('origin-id', { xmlns: 'urn:xmpp:sid:0', id });
}

/** Who says something is answered on that device; who is asked is asked wherever they are. */
function isQuestion({ attrs }: Element): boolean {
  return attrs['to']?.includes('/') === false;
}

function toBot(text: string): Element {
  return element(
    'message',
    { to: BOT, type: 'chat', id: `s${Date.now()}` },
    element('body', {}, text),
  );
}

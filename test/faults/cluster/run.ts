import { setTimeout as sleep } from 'node:timers/promises';
import { type Element, element } from '../../../src/protocol/xml.ts';
import { message } from '../../support/client/stanzas.ts';
import type { Client } from '../../support/client.ts';
import { BOT } from '../../support/stage.ts';
import { until } from '../../support/until.ts';
import { Lines } from '../actions.ts';
import { type Choice, type ClusterDeed, planOf, RECIPIENTS, ROUND_MS } from './plan.ts';
import type { Talker } from './talker.ts';
import { ABSENT, addressOf, type ClusterWorld, SENDER } from './world.ts';

const TALK_EVERY_MS = 120;
const CONFIRMED = 'From now on this holds.';
const ANSWER_MS = 7000;
const ASK_AGAIN_MS = 300;
const CHOOSING_MS = 10_000;
const NO_ANSWER = '';
/** What a kill may take: the node's last tick, and what was on its way to a client there. */
const TAKEN_BY_A_KILL_MS = 3000;
const SETTLE_MS = 60_000;

export interface ClusterRunOptions {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly nodes: number;
  readonly say: (line: string) => void;
}

export type Tally = Record<string, number>;

/** Everybody talks without pause while nodes, stream and daemon are struck, round by round. */
export class ClusterRun {
  readonly tally: Tally = {};
  readonly #world: ClusterWorld;
  readonly #options: ClusterRunOptions;
  readonly #lines = new Lines();
  readonly #kills: number[] = [];
  #lastId = 0;
  #turn = 0;

  constructor(world: ClusterWorld, options: ClusterRunOptions) {
    this.#world = world;
    this.#options = options;
  }

  async all(): Promise<void> {
    const { from, to } = this.#options;
    await this.#whole();
    const talking = setInterval(() => this.#talk(), TALK_EVERY_MS);
    try {
      for (let round = from; round < to; round += 1) await this.#round(round);
      await this.#settle();
    } finally {
      clearInterval(talking);
    }
    await this.#expectTold();
    this.#countSeen();
  }

  async #round(round: number): Promise<void> {
    const { seed, nodes, say: tell } = this.#options;
    const deeds = planOf(seed, round, nodes);
    tell(`${round} ${JSON.stringify(deeds)}`);
    for (const deed of deeds) this.#perform(deed);
    await Promise.all([sleep(ROUND_MS), ...RECIPIENTS.map((who) => this.#lines.idle(who))]);
    this.#count('rounds');
  }

  #perform(deed: ClusterDeed): void {
    this.#count(deed.what);
    this.#lines.add(lineOf(deed), () => this.#do(deed));
  }

  #do(deed: ClusterDeed): Promise<void> {
    switch (deed.what) {
      case 'choose':
        return this.#choose(deed);
      case 'kill':
      case 'restart':
        return this.#strike(deed.what, deed.node, deed.forMs);
      case 'part':
        return this.#part(deed.node, deed.forMs);
      case 'cut':
        return this.#cut();
      case 'move':
        return this.#move(deed.node, deed.forMs);
      case 'daemon':
        return this.#strikeDaemon(deed.forMs);
      default:
        return deed satisfies never;
    }
  }

  /** Asks again until it is confirmed, as a person does who wants to rely on it. */
  async #choose(choice: Choice): Promise<void> {
    const end = performance.now() + CHOOSING_MS;
    let outcome = await this.#ask(choice);
    while (outcome !== 'confirmed' && performance.now() < end) {
      await sleep(ASK_AGAIN_MS);
      outcome = await this.#ask(choice);
    }
    this.#count(outcome);
  }

  async #ask({ who, policy, node }: Choice): Promise<string> {
    const talker = this.#anyOf(this.#world.recipients.get(who) ?? [], node);
    const promises = this.#world.promises.get(addressOf(who));
    const client = talker?.client;
    if (client === undefined || promises === undefined) return 'nobody could choose';
    promises.order(policy);
    const text = await answerTo(client, `policy ${policy}`);
    if (text.includes(CONFIRMED)) promises.confirm(policy);
    if (text === NO_ANSWER) await talker?.leave();
    return text.includes(CONFIRMED) ? 'confirmed' : text === NO_ANSWER ? 'no answer' : 'kept';
  }

  async #strike(what: 'kill' | 'restart', node: number, forMs: number): Promise<void> {
    const server = this.#world.cluster.server(node);
    if (this.#world.running < 2) return this.#count('the last node was spared');
    this.#kills.push(Date.now());
    await (what === 'kill' ? server.kill() : server.stop());
    await sleep(forMs);
    await server.start();
    this.#kills.push(Date.now());
  }

  /** The docs: after a cut, restart one of the nodes. */
  async #part(node: number, forMs: number): Promise<void> {
    const { cluster } = this.#world;
    await cluster.cutOff(node);
    await sleep(forMs);
    await cluster.mend(node);
    await this.#strike('restart', node, 0);
  }

  async #cut(): Promise<void> {
    for (const way of this.#world.ways) way.cut();
  }

  async #move(node: number, forMs: number): Promise<void> {
    const others = this.#world.ways.filter((_, at) => at !== node);
    for (const way of others) way.isRefusing = true;
    for (const way of others) way.cut();
    await sleep(forMs);
    for (const way of others) way.isRefusing = false;
  }

  async #strikeDaemon(forMs: number): Promise<void> {
    await this.#world.daemon.end('SIGKILL');
    await sleep(forMs);
    this.#world.daemon.isWanted = true;
  }

  /** A message from one node, in turn, and answers of every recipient from every node. */
  #talk(): void {
    const { senders, watch } = this.#world;
    this.#turn += 1;
    const recipients = [...RECIPIENTS.map(addressOf), ABSENT];
    const to = recipients[this.#turn % recipients.length] ?? ABSENT;
    const client = this.#anyOf(senders, Math.floor(this.#turn / recipients.length))?.client;
    if (client !== undefined) {
      const id = this.#newId('m');
      watch.writes(id, to, Date.now());
      client.send(message({ to, id }));
    }
    for (const who of RECIPIENTS)
      for (const talker of this.#world.recipients.get(who) ?? []) this.#answer(talker);
  }

  #answer(talker: Talker): void {
    if (talker.client === undefined) return;
    const kind = this.#turn % 2 === 0 ? 'received' : 'displayed';
    const got = this.#world.got.get(talker.jid) ?? [];
    const of = got[this.#turn % Math.max(1, got.length)] ?? 'none';
    const id = this.#newId('a');
    this.#world.watch.answered(id, talker.jid);
    talker.answer(kind, SENDER, { of, id });
  }

  /** That talker, or the next one that is there. */
  #anyOf(talkers: readonly Talker[], first: number): Talker | undefined {
    const turned = talkers.map((_, at) => talkers[(first + at) % talkers.length]);
    return turned.find((talker) => talker?.client !== undefined);
  }

  #newId(letter: string): string {
    this.#lastId += 1;
    return `${letter}${this.#options.seed}-${this.#lastId}`;
  }

  async #whole(): Promise<void> {
    await until(
      () => this.#world.talkers.every(({ client }) => client !== undefined),
      'the clients',
    );
    while (!(await this.#world.daemon.isReady())) await sleep(100);
  }

  async #settle(): Promise<void> {
    await this.#lines.allIdle();
    await this.#whole();
  }

  /** Of each message to who is never online the sender is told, unless a kill explains it. */
  async #expectTold(): Promise<void> {
    const end = Date.now() + SETTLE_MS;
    while (this.#unexplained().length > 0 && Date.now() < end) await sleep(200);
    for (const { id } of this.#unexplained()) this.#world.watch.lost(id);
    const untold = this.#world.watch.untold(ABSENT).length - this.#unexplained().length;
    this.#count('taken with a node', untold);
  }

  #unexplained() {
    const isNear = (at: number) => (kill: number) => Math.abs(kill - at) < TAKEN_BY_A_KILL_MS;
    return this.#world.watch
      .untold(ABSENT)
      .filter(({ writtenAt }) => !this.#kills.some(isNear(writtenAt)));
  }

  #countSeen(): void {
    const { messages, answers, receipts, seen, stoppable } = this.#world.watch;
    this.#count('messages', messages);
    this.#count('answers', answers);
    this.#count('answers under a promise', stoppable);
    this.#count('receipts', receipts);
    this.#count('stanzas looked at', seen);
  }

  #count(what: string, by = 1): void {
    this.tally[what] = (this.tally[what] ?? 0) + by;
  }
}

/** What the bot says; an error if the message came back, as the component was away. */
async function answerTo(client: Client, text: string): Promise<string> {
  const since = client.mark();
  const attrs = { to: BOT, type: 'chat', id: `said-${since}` };
  client.send(element('message', attrs, element('body', {}, text)));
  const stanza = await client
    .waitFor(isAnswer, { since, ms: ANSWER_MS })
    // Expected: bot, node or client died meanwhile.
    .catch(() => undefined);
  if (stanza?.attrs['type'] === 'error') return 'it came back';
  return stanza?.getChild('body')?.getText() ?? NO_ANSWER;
}

/** Questions go to the bare address, and receipts hold more than a text. */
function isAnswer(stanza: Element): boolean {
  const { from, to } = stanza.attrs;
  const isText = stanza.is('message') && stanza.getChild('receipt') === undefined;
  return isText && from === BOT && to?.includes('/') === true;
}

function lineOf(deed: ClusterDeed): string {
  switch (deed.what) {
    case 'choose':
      return deed.who;
    case 'kill':
    case 'restart':
    case 'part':
      return `node ${deed.node}`;
    case 'daemon':
      return 'daemon';
    default:
      return 'stream';
  }
}

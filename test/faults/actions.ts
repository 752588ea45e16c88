import { setTimeout as sleep } from 'node:timers/promises';
import { keptOf } from './kept.ts';
import { type Story, stanzaOf } from './ledger.ts';
import { ownerOf, SENDER } from './people.ts';
import type { Deed, LinkFault, Moving, Part, PartFault, Sending, Withholding } from './plan.ts';
import type { World } from './world.ts';

/** So long a held message may take to be written and told of; other faults may stop that. */
const WRITTEN_MS = 4000;
const TOLD_MS = 1500;
const LOOK_MS = 50;

/** What befalls one part at a time: the next fault waits until the part is whole again. */
export class Lines {
  readonly #last = new Map<string, Promise<void>>();

  /** Begins it when all that came before it on that line is over. */
  add(line: string, work: () => Promise<void>): void {
    const before = this.#last.get(line) ?? Promise.resolve();
    this.#last.set(line, before.then(work));
  }

  async idle(line: string): Promise<void> {
    await this.#last.get(line);
  }

  async allIdle(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}

/** Does it, or lets it wait for its turn. */
export function perform(deed: Deed, round: number, world: World, lines: Lines): void {
  if (deed.what === 'send') send(deed, round, world);
  else if (deed.what === 'withhold') lines.add(deed.device, () => withhold(deed, round, world));
  else lines.add(lineOf(deed), () => doInTurn(deed, world));
}

type Fault = Exclude<Deed, Sending | Withholding>;

function lineOf(fault: Fault): string {
  if ('on' in fault) return fault.on;
  if ('link' in fault) return `link ${fault.link}`;
  return 'device' in fault ? fault.device : 'database';
}

function doInTurn(fault: Fault, world: World): Promise<void> {
  if ('on' in fault) return strike(fault, world);
  if ('link' in fault) return disturb(fault, world);
  return 'device' in fault ? move(fault, world) : world.place.lock(fault.forMs);
}

export function send(deed: Sending, round: number, world: World): Story {
  const story = world.ledger.begin(round, deed);
  world.tally.add('messages');
  if (deed.watch !== undefined) world.tally.add('messages watched');
  const [device] = world.devicesOf(SENDER);
  device?.send({
    stanza: stanzaOf(story),
    onWritten: () => void story.writtenAt.push(Date.now()),
    onTaken: () => {
      story.takenAt ??= Date.now();
    },
  });
  return story;
}

/** The links are released when the sender was told something, or could have been. */
async function withhold({ device }: Withholding, round: number, world: World): Promise<void> {
  const owner = ownerOf(device);
  const links = world.devicesOf(owner).map(({ link }) => link);
  for (const link of links) link.hold();
  const story = send({ what: 'send', to: owner.name, reports: true }, round, world);
  if (await within(WRITTEN_MS, () => isSent(story, world)))
    world.tally.add('withheld after it was sent');
  await within(TOLD_MS, async () => story.receipts.length > 0);
  for (const link of links) link.release();
}

async function isSent(story: Story, { store }: World): Promise<boolean> {
  // Expected: the database is away just now.
  const kept = await keptOf(story, store).catch(() => undefined);
  return kept?.status === 'sent';
}

async function within(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + ms;
  for (; performance.now() < end; await sleep(LOOK_MS)) if (await isSo()) return true;
  return false;
}

async function move({ what, device }: Moving, world: World): Promise<void> {
  if (what === 'come') world.device(device).isWanted = true;
  else await world.device(device).leave();
}

async function disturb({ what, link, forMs }: LinkFault, world: World): Promise<void> {
  const relay = world.linkOf(link);
  if (relay === undefined) return;
  if (what === 'cut') return relay.cut();
  if (what === 'hold') relay.hold();
  if (what === 'refuse') relay.isRefusing = true;
  if (what === 'refuse') relay.cut();
  if (what === 'split') relay.isSplitting = true;
  await sleep(forMs);
  relay.isRefusing = false;
  relay.isSplitting = false;
  relay.release();
}

function strike(deed: PartFault, world: World): Promise<void> {
  const strikes: Readonly<Record<Part, () => Promise<void>>> = {
    daemon: () => strikeDaemon(deed, world),
    server: () => strikeServer(deed, world),
    database: () => strikeDatabase(deed, world),
  };
  return strikes[deed.on]();
}

async function strikeDaemon({ what, forMs }: PartFault, { daemon }: World): Promise<void> {
  if (what === 'pause') return daemon.pause(forMs);
  await daemon.end(what === 'kill' ? 'SIGKILL' : 'SIGTERM');
  await sleep(forMs);
  daemon.isWanted = true;
}

async function strikeServer({ what, forMs }: PartFault, world: World): Promise<void> {
  const { server } = world;
  if (what === 'pause') {
    server.signal('SIGSTOP');
    await sleep(forMs);
    server.signal('SIGCONT');
    return;
  }
  world.noteStop(what === 'kill' ? 'killed' : 'stopped');
  await (what === 'kill' ? server.kill() : server.stop());
  await sleep(forMs);
  await server.start();
}

async function strikeDatabase({ what, forMs }: PartFault, { place }: World): Promise<void> {
  const { postgres } = place;
  if (postgres === undefined) return;
  if (what === 'pause') {
    await postgres.pause(forMs);
    return;
  }
  await postgres.end(what === 'kill' ? 'SIGKILL' : 'SIGINT');
  await sleep(forMs);
  await postgres.start();
}

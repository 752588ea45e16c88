import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client, LoginOptions } from '../support/client.ts';
import { Company } from '../support/company.ts';
import {
  AFTER_GRACE_MS,
  type Sent,
  type Stage,
  startStage,
  toldAbout,
  waitForReceipt,
} from '../support/stage.ts';

/** Until the server has noticed, it still writes to the dead connection. */
const NOTICED_MS = 150;

const HOSTS = [
  { host: 'plain.test', archive: 'without an archive', mam: false },
  { host: 'archive.test', archive: 'with an archive', mam: true },
];

/** How the same device logs in anew, instead of resuming its session. */
const LOGINS: readonly { how: string; options: Partial<LoginOptions> }[] = [
  { how: 'as usual', options: {} },
  { how: 'without acknowledgements', options: { acks: 'off' } },
  { how: 'without presence', options: { priority: 'none' } },
  { how: 'with a negative priority', options: { priority: -1 } },
];

const ADDRESSES = [
  { to: 'the account', resource: '' },
  { to: 'that device', resource: '/phone' },
];

const OTHERS = [
  { others: 'no other device', laptop: false },
  { others: 'a laptop awake', laptop: true },
];

let stage: Stage;
let company: Company;
let lastName = 0;

beforeAll(async () => {
  stage = await startStage({
    hosts: HOSTS.map(({ host: name, mam }) => ({ name, mam })),
    server: { streamManagement: { hibernationSeconds: 60 } },
  });
  company = new Company(stage);
});

afterAll(async () => {
  await company?.leave();
  await stage?.dispose();
});

interface Row {
  readonly host: string;
  readonly mam: boolean;
  readonly options: Partial<LoginOptions>;
  readonly resource: string;
  readonly laptop: boolean;
}

/** Everything of one message to a phone that sleeps, and then logs in under its old name. */
class TakenOver {
  readonly #row: Row;
  readonly #devices: Client[] = [];
  #alice!: Client;
  #sent!: Sent;

  constructor(row: Row) {
    this.#row = row;
  }

  async happen(): Promise<void> {
    const { host, options, resource, laptop } = this.#row;
    const name = ++lastName;
    this.#alice = await company.enter(`alice${name}@${host}/pc`, { acks: 'off' });
    const bob = await company.register(`bob${name}@${host}`);
    await stage.server.befriend(this.#alice.bareJid, bob);
    this.#sent = { from: this.#alice.bareJid, to: bob, id: 'm1' };
    const phone = await company.enter(`${bob}/phone`);
    if (laptop) this.#devices.push(await company.enter(`${bob}/laptop`));
    phone.die();
    await sleep(NOTICED_MS);
    this.#alice.ask(`${bob}${resource}`, 'm1');
    const reachesLaptop = laptop && resource === '';
    await waitForReceipt(this.#alice, 'm1', reachesLaptop ? 'sent' : 'stored');
    const again = await company.enter(`${bob}/phone`, options);
    this.#devices.push(again);
    await sleep(AFTER_GRACE_MS);
    await again.close();
    // Two more logins: what was put into the store after the first is looked for at the second.
    for (const device of ['tablet', 'desktop']) await this.#enterFor(`${bob}/${device}`);
  }

  async #enterFor(jid: string): Promise<void> {
    const device = await company.enter(jid);
    this.#devices.push(device);
    await sleep(2 * AFTER_GRACE_MS);
    await device.close();
  }

  get hasCome(): boolean {
    return this.#devices.some(({ received }) =>
      received.some(({ attrs }) => attrs['id'] === 'm1' && attrs['type'] !== 'error'),
    );
  }

  async status(): Promise<string | undefined> {
    return (await stage.proofs(this.#sent))?.at(-1)?.status;
  }

  get told(): readonly string[] {
    return toldAbout(this.#alice, 'm1');
  }
}

const ROWS = HOSTS.flatMap((host) =>
  LOGINS.flatMap((login) =>
    ADDRESSES.flatMap((address) =>
      OTHERS.map((other) => nameOf({ ...host, ...login, ...address, ...other })),
    ),
  ),
);

interface Words {
  readonly archive: string;
  readonly how: string;
  readonly to: string;
  readonly others: string;
}

function nameOf(row: Row & Words): [string, Row] {
  const { archive, how, to, others } = row;
  return [`it logs in ${how}, the message was to ${to}, ${archive}, with ${others}`, row];
}

describe('a device that logs in anew while its old session sleeps with a message', () => {
  test.concurrent.each(ROWS)(
    'its sender is told the truth: %s',
    async (_, row) => {
      const message = new TakenOver(row);
      await message.happen();
      const status = await message.status();
      const had = ['sent', 'delivered'];
      // An archive that has it is not emptied; what no store holds and no device has is lost, or bounced.
      const ends = message.hasCome ? had : row.mam ? ['stored', 'failed'] : ['lost', 'failed'];
      expect(ends).toContain(status);
      expect(message.told.includes('lost')).toBe(status === 'lost');
    },
    60_000,
  );
});

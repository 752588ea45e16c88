import { setTimeout as sleep } from 'node:timers/promises';
import { ALICE, BOB, CAROL, DOMAIN, LI } from './cast.ts';
import { GRACE_MS, type Stage } from './stage.ts';

export interface Scene {
  readonly title: string;
  /** Rejects with BrokenPromise if something does not come true. */
  play(stage: Stage): Promise<void>;
}

/** By then the grace is over, and what it held back has arrived. */
const AFTER_GRACE_MS = GRACE_MS + 400;

/** Somebody takes their time; receipts that follow at once on others travel together, a moment later. */
const A_WHILE_MS = 500;

const answering: Scene = {
  title: 'Bob is online, and his app answers',
  async play({ alice, journal }) {
    const lunch = alice.write({ to: BOB, id: 'lunch', body: 'Lunch at one?' });
    await journal.expectTick(lunch, 'app');
    journal.act('Alice', 'knows: nothing is left to tell her');
    await journal.expectNothingElse(AFTER_GRACE_MS);
  },
};

const reading: Scene = {
  title: 'Bob reads: one mark is for all that stands above it',
  async play({ alice, bob, journal, facts }) {
    const wish = { to: BOB, markable: true, report: ['displayed'] } as const;
    const milk = alice.write({ ...wish, id: 'milk', body: 'Please bring milk' });
    const keys = alice.write({ ...wish, id: 'keys', body: 'and your keys' });
    for (const key of [milk, keys]) await journal.expectTick(key, 'app');
    await sleep(A_WHILE_MS);
    await bob.reads('keys', ALICE);
    for (const key of facts.keys) await journal.expectTold(key, 'displayed');
  },
};

const silent: Scene = {
  title: `Carol is online, but her app never answers (it is given ${GRACE_MS} ms)`,
  async play({ alice, journal }) {
    const parcel = alice.write({ to: CAROL, id: 'parcel', body: 'Did the parcel come?' });
    await journal.expectFact(parcel, 'acked');
    await journal.expectTold(parcel, 'sent');
  },
};

const away: Scene = {
  title: 'Bob is offline, and comes back',
  async play({ alice, bob, journal }) {
    await bob.goesOffline();
    const report = ['stored', 'delivered'] as const;
    const dinner = alice.write({ to: BOB, id: 'dinner', body: 'Dinner at eight?', report });
    await journal.expectTold(dinner, 'stored');
    await sleep(A_WHILE_MS);
    await bob.comesBack();
    await journal.expectTick(dinner, 'app');
    await journal.expectTold(dinner, 'delivered');
  },
};

const tunnel: Scene = {
  title: 'Bob’s phone dies in the middle, and resumes',
  async play({ alice, bob, journal }) {
    await bob.losesNetwork();
    const report = ['stored', 'delivered'] as const;
    const train = alice.write({ to: BOB, id: 'train', body: 'Which train?', report });
    await journal.expectTold(train, 'stored');
    await sleep(A_WHILE_MS);
    await bob.leavesTunnel();
    await journal.expectTick(train, 'app');
    await journal.expectTold(train, 'delivered');
  },
};

const unknown: Scene = {
  title: 'Alice mistypes an address',
  async play({ alice, journal }) {
    const report = ['failed'] as const;
    const typo = alice.write({ to: `bbo@${DOMAIN}`, id: 'typo', body: 'Are you there?', report });
    await journal.expectTold(typo, 'failed');
  },
};

const automatic: Scene = {
  title: 'Carol’s app is still silent, but Carol lets the server answer for her',
  async play({ alice, carol, journal }) {
    carol.says('policy automatic');
    await journal.expectHeard(CAROL, 'automatic');
    await sleep(A_WHILE_MS);
    const again = alice.write({ to: CAROL, id: 'again', body: 'And the parcel?' });
    await journal.expectFact(again, 'acked');
    await journal.expectTick(again, 'server');
    await journal.expectTold(again, 'delivered');
  },
};

const asked: Scene = {
  title: 'Bob wants to be asked each time',
  async play({ alice, bob, journal }) {
    bob.says('policy manual');
    await journal.expectHeard(BOB, 'manual');
    await sleep(A_WHILE_MS);
    const money = alice.write({ to: BOB, id: 'money', body: 'Can you lend me 20 euros?' });
    await journal.expectStopped(money);
    await journal.expectHeard(BOB, ALICE);
    await journal.expectTold(money, 'sent');
    await sleep(A_WHILE_MS);
    bob.says('yes');
    await journal.expectHeard(BOB, ALICE);
    await journal.expectTick(money, 'server');
    await journal.expectTold(money, 'confirmed');
  },
};

const declining: Scene = {
  title: 'Li, who has chosen Chinese, is asked too, and says no',
  async play({ alice, li, journal }) {
    li.says('策略 手动', 'policy manual');
    await journal.expectHeard(LI, '手动');
    await sleep(A_WHILE_MS);
    const party = alice.write({ to: LI, id: 'party', body: 'Are you coming on Friday?' });
    await journal.expectStopped(party);
    await journal.expectHeard(LI, ALICE);
    await journal.expectTold(party, 'sent');
    await sleep(A_WHILE_MS);
    li.says('否', 'no');
    await journal.expectHeard(LI, ALICE);
    await journal.expectFact(party, 'declined');
    await journal.expectNothingElse(AFTER_GRACE_MS);
    journal.act('Alice', 'has no tick, and is not told of the no');
  },
};

const refusing: Scene = {
  title: 'Bob refuses; the daemon is away, and the server sees to it all the same',
  async play({ alice, bob, journal, daemon }) {
    bob.says('policy refuse');
    await journal.expectHeard(BOB, 'refuse');
    await sleep(A_WHILE_MS);
    journal.act('Operator', 'stops the daemon xmpp-receipts');
    await daemon.stop();
    const gossip = alice.write({ to: BOB, id: 'gossip', body: 'Have you heard?' });
    await journal.expectNothingElse(AFTER_GRACE_MS);
    journal.act('Operator', 'starts it again: only now it learns what happened');
    await daemon.start();
    await journal.expectStopped(gossip);
    await journal.expectFact(gossip, 'acked');
    await journal.expectNothingElse(AFTER_GRACE_MS);
    journal.act('Alice', 'has no tick, and is told nothing');
  },
};

/** In the order in which they are played. */
export const SCENES: readonly Scene[] = [
  answering,
  reading,
  silent,
  away,
  tunnel,
  unknown,
  automatic,
  asked,
  declining,
  refusing,
];

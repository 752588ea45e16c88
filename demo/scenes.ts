import { setTimeout as sleep } from 'node:timers/promises';
import { ALICE, BOB, CAROL, DOMAIN, GRACE_MS, type Stage } from './stage.ts';

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
    await alice.getsAnswer(lunch);
    await journal.expectNothingElseTold(AFTER_GRACE_MS);
  },
};

const reading: Scene = {
  title: 'Bob reads: one mark is for all that stands above it',
  async play({ alice, bob, journal, facts }) {
    const wish = { to: BOB, markable: true, report: ['displayed'] } as const;
    alice.write({ ...wish, id: 'milk', body: 'Please bring milk' });
    const keys = alice.write({ ...wish, id: 'keys', body: 'and your keys' });
    await journal.expectFact(keys, 'received');
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
    await journal.expectTold(dinner, 'delivered');
  },
};

const tunnel: Scene = {
  title: 'Bob’s phone dies in the middle, and resumes',
  async play({ alice, bob, journal }) {
    await bob.losesNetwork();
    const report = ['delivered'] as const;
    const train = alice.write({ to: BOB, id: 'train', body: 'Which train?', report });
    await journal.expectFact(train, 'accepted');
    await sleep(A_WHILE_MS);
    await bob.leavesTunnel();
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
  title: 'Carol’s app is still silent, but the operator lets her phone’s word count',
  async play({ alice, journal, setPolicy }) {
    journal.act('Operator', 'sets “policy: automatic” and starts the daemon again');
    await setPolicy('automatic');
    const again = alice.write({ to: CAROL, id: 'again', body: 'And the parcel?' });
    await journal.expectFact(again, 'acked');
    await journal.expectTold(again, 'delivered');
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
];

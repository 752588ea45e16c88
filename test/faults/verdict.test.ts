import { describe, expect, test } from 'vitest';
import type { Status } from '../../src/message/status.ts';
import type { Kept, Matter } from './finding.ts';
import type { Story } from './ledger.ts';
import { personOf } from './people.ts';
import { judge } from './verdict.ts';

const SENT_AT = 1_000_000;
const SEEN = { device: 'bob/phone', at: SENT_AT + 10, knownAt: SENT_AT + 20 };
const TICK = { from: 'bob@storm.test/phone', stanza: 'received-m1', at: SENT_AT + 30 };

function story(to: string, changes: Partial<Story> = {}): Story {
  return {
    id: 'm1',
    to: personOf(to),
    reports: false,
    writtenAt: [SENT_AT],
    takenAt: SENT_AT + 5,
    sightings: [],
    ticks: [],
    receipts: [],
    notices: [],
    bouncedAt: [],
    toldAt: [],
    ...changes,
  };
}

function receipt(status: Status, { stanza = `r-${status}`, at = SENT_AT + 500 } = {}) {
  return { status, stanza, at };
}

function kept(
  status: Status | undefined,
  told: readonly Status[] = [],
  inWords: readonly Status[] = [],
): Kept {
  return { status, told, inWords };
}

/** What is said of a message, as `sort: what`. */
function said(of: Story, store: Kept, more: Partial<Matter> = {}): readonly string[] {
  const matter: Matter = {
    story: of,
    kept: store,
    server: 'prosody',
    stops: [],
    restores: [],
    isAway: false,
    ...more,
  };
  return judge(matter).map(({ sort, says }) => `${sort}: ${says}`);
}

const ANSWERED = story('bob', { sightings: [SEEN], ticks: [TICK] });

describe('a history in which all is well', () => {
  test('has no findings where the client answered', () => {
    expect(said(ANSWERED, kept('delivered'))).toEqual([]);
  });

  test('has no findings where the server stored the message and said so', () => {
    const stored = story('carol', { receipts: [receipt('stored')] });
    expect(said(stored, kept('stored', ['stored']), { isAway: true })).toEqual([]);
  });

  test('has no findings where nobody has the address and the server gave the message back', () => {
    const bounced = story('nobody', { bouncedAt: [SENT_AT + 10] });
    expect(said(bounced, kept('failed'))).toEqual([]);
  });

  test('may be a message that is not written yet', () => {
    expect(said(story('bob', { writtenAt: [] }), kept(undefined))).toEqual([]);
  });
});

describe('it is wrong', () => {
  test('to tell delivered before a device has the message', () => {
    const early = story('dave', { receipts: [receipt('delivered', { at: SENT_AT + 1 })] });
    const seen = { ...early, sightings: [SEEN], ticks: [{ ...TICK, from: 'dave@storm.test' }] };
    expect(said(seen, kept('delivered'))).toEqual(['wrong: told delivered, and no device had it']);
  });

  test('to tick what no device ever had', () => {
    const ticked = story('bob', { ticks: [TICK] });
    expect(said(ticked, kept('delivered'))).toEqual([
      'wrong: a tick of bob@storm.test/phone, and no device had it',
      'wrong: the store says delivered, and no device has it',
    ]);
  });

  test.each(['lost', 'failed'] as const)(
    'to tell %s of what is known to have arrived',
    (status) => {
      const told = { ...ANSWERED, receipts: [receipt(status)] };
      expect(said(told, kept('delivered'))).toEqual([`wrong: told ${status}, and a device had it`]);
    },
  );

  test('to tell what never happens here', () => {
    const told = { ...ANSWERED, receipts: [receipt('expired')] };
    expect(said(told, kept('delivered'))).toEqual([
      'wrong: told expired, which never happens here',
    ]);
  });

  test('to tell of a message that was not sent', () => {
    const early = story('bob', { writtenAt: [], receipts: [receipt('stored')] });
    expect(said(early, kept('stored'))).toEqual(['wrong: told of a message that was not sent']);
  });
});

describe('a device that read the message in secret', () => {
  test('makes a lost that was told meanwhile no mistake, but a finding of its own', () => {
    const { knownAt, ...secret } = SEEN;
    expect(knownAt).toBeDefined();
    const told = story('bob', { sightings: [secret], receipts: [receipt('lost')] });
    expect(said(told, kept('lost', ['lost']))).toEqual([
      'had in secret: told lost, and a device had it',
    ]);
  });
});

describe('it is duplicated', () => {
  test('when a status is told under two ids', () => {
    const receipts = [receipt('stored'), receipt('stored', { stanza: 'r-other' })];
    expect(said({ ...ANSWERED, receipts }, kept('delivered'))).toEqual([
      'duplicated: told stored under 2 ids',
    ]);
  });

  test('when the server ticks under two ids', () => {
    const ticks = ['t1', 't2'].map((stanza) => ({ ...TICK, from: 'dave@storm.test', stanza }));
    const receipts = [receipt('delivered')];
    expect(said(story('dave', { sightings: [SEEN], ticks, receipts }), kept('delivered'))).toEqual([
      'duplicated: ticked by the server under 2 ids',
    ]);
  });

  test('but not when the same stanza comes again, which is counted as repeated', () => {
    const receipts = [receipt('stored'), receipt('stored'), receipt('stored')];
    expect(said({ ...ANSWERED, receipts }, kept('delivered'))).toEqual([
      'repeated: told stored again under the same id',
      'repeated: told stored again under the same id',
    ]);
  });
});

describe('it is wrong that something goes back', () => {
  test('as a status that is told after a further one', () => {
    const receipts = [receipt('delivered'), receipt('stored')];
    expect(said({ ...ANSWERED, receipts }, kept('delivered'))).toEqual([
      'wrong: told stored after delivered',
    ]);
  });

  test('but not when it was told first, was asked for, and was only late', () => {
    const receipts = [receipt('delivered'), receipt('sent')];
    const late = { ...ANSWERED, reports: true, receipts };
    expect(said(late, kept('delivered', ['sent', 'delivered']))).toEqual([
      'overtaken: told sent after delivered',
    ]);
    expect(said(late, kept('delivered', ['delivered', 'sent']))).toEqual([
      'wrong: told sent after delivered',
    ]);
  });

  test('but not when an older receipt comes once more', () => {
    const receipts = [receipt('stored'), receipt('delivered'), receipt('stored')];
    expect(said({ ...ANSWERED, receipts }, kept('delivered'))).toEqual([
      'repeated: told stored again under the same id',
    ]);
  });

  test('as what the store knows', () => {
    const { knownAt, ...secret } = SEEN;
    const of = story('bob', { sightings: [secret], ticks: [TICK] });
    expect(said(of, kept('sent'), { before: 'delivered' })).toEqual([
      'wrong: the store said delivered, and says sent',
    ]);
  });
});

describe('under refuse', () => {
  const refused = story('gina', { sightings: [{ ...SEEN, device: 'gina/phone' }] });

  test('nothing is told of a message that arrived', () => {
    expect(said(refused, kept('delivered'))).toEqual([]);
  });

  test('it is wrong to tell more than that it failed, and to tick', () => {
    const receipts = [receipt('delivered')];
    const ticks = [{ ...TICK, from: 'gina@storm.test/phone' }];
    expect(said({ ...refused, receipts, ticks }, kept('delivered'))).toEqual([
      'wrong: told delivered of somebody who refuses',
      'wrong: a tick of gina@storm.test/phone, who refuses',
    ]);
  });
});

describe('a store that was restored', () => {
  const between = [{ backedUpAt: SENT_AT - 60_000, restoredAt: SENT_AT + 60_000 }];
  const before = [{ backedUpAt: SENT_AT + 60_000, restoredAt: SENT_AT + 120_000 }];

  test('takes what happened between the backup and its restore', () => {
    expect(said(story('carol'), kept(undefined), { restores: between })).toEqual([
      'taken with the store: the store has no record',
    ]);
  });

  test('takes nothing of what was over before the backup', () => {
    expect(said(story('carol'), kept(undefined), { restores: before })).toEqual([
      'lost: the store has no record',
    ]);
  });

  test('explains nothing that was told and is not so', () => {
    const told = { ...ANSWERED, receipts: [receipt('lost')] };
    expect(said(told, kept('delivered'), { restores: between })).toEqual([
      'wrong: told lost, and a device had it',
    ]);
  });
});

describe('it is lost', () => {
  test('when a device has the message and the store does not know', () => {
    expect(said(ANSWERED, kept('sent'))).toEqual([
      'lost: a device has it, and the store says sent',
    ]);
  });

  test('when the server took the message and the store knows nothing of it', () => {
    expect(said(story('carol'), kept(undefined))).toEqual(['lost: the store has no record']);
  });

  test('when the sender of a message that is stored is told nothing', () => {
    expect(said(story('carol'), kept('stored'), { isAway: true })).toEqual([
      'lost: it is stored, and that was not told',
    ]);
  });

  test('when the daemon told something and it has not come', () => {
    expect(said(ANSWERED, kept('delivered', ['stored']))).toEqual([
      'lost: the daemon told stored, and it has not come',
    ]);
  });

  test('when the recipient is there and the message is nowhere', () => {
    expect(said(story('bob', { receipts: [receipt('sent')] }), kept('sent', ['sent']))).toEqual([
      'lost: no device has it, and the store says sent',
    ]);
  });

  test('when the server is to answer for the recipient, and neither ticks nor tells', () => {
    expect(said(story('dave', { sightings: [SEEN] }), kept('delivered'))).toEqual([
      'lost: a device has it, and the sender was not told delivered',
      'lost: a device has it, and the sender was not told by a tick',
    ]);
  });

  test('when the sender asked for each status by name and is not told that the client answered', () => {
    expect(said({ ...ANSWERED, reports: true }, kept('delivered'))).toEqual([
      'lost: a device has it, and the sender was not told, and asked for it',
    ]);
  });

  test('when a message failed and neither the server nor the daemon said so', () => {
    expect(said(story('nobody'), kept('failed'))).toEqual([
      'lost: it failed, and that was not told',
    ]);
  });
});

describe('what the end of the server explains', () => {
  const kill = { at: SENT_AT + 300, how: 'killed', asleep: [] } as const;

  test('is the last tick before a kill', () => {
    expect(said(story('carol'), kept(undefined), { stops: [kill] })).toEqual([
      'taken with the server: the store has no record (the server was killed)',
    ]);
  });

  test.each([
    ['a kill long after', { ...kill, at: SENT_AT + 60_000 }],
    ['a stop in good order of Prosody', { ...kill, how: 'stopped', asleep: ['carol'] } as const],
    ['a kill before the message', { ...kill, at: SENT_AT - 10_000 }],
  ])('is not what was missing after %s', (_, stop) => {
    expect(said(story('carol'), kept(undefined), { stops: [stop] })).toEqual([
      'lost: the store has no record',
    ]);
  });

  test.each([
    ['ejabberd', 20_000, 'taken with the server'],
    ['prosody', 20_000, 'lost'],
  ] as const)('is on %s what was put into a store %i ms before: %s', (server, ms, sort) => {
    const stops = [{ at: SENT_AT + ms, how: 'killed', asleep: ['carol'] }] as const;
    const stored = story('carol', { receipts: [receipt('stored')] });
    expect(said(stored, kept('stored', ['stored']), { server, stops })[0]).toContain(
      `${sort}: no device has it, and the store says stored`,
    );
  });

  test.each([
    ['ejabberd', 'taken with the server'],
    ['prosody', 'lost'],
  ] as const)('is on %s a message that no session had read when it stopped: %s', (server, sort) => {
    const stops = [{ ...kill, how: 'stopped' }] as const;
    expect(said(story('bob'), kept('accepted'), { server, stops })[0]).toContain(`${sort}: no dev`);
  });

  test('is on ejabberd a receipt that was written late, just before it stopped', () => {
    const stops = [{ at: SENT_AT + 20_000, how: 'stopped', asleep: [] }] as const;
    const late = story('carol', { toldAt: [SENT_AT + 19_900] });
    const found = said(late, kept('stored', ['stored']), { server: 'ejabberd', stops });
    expect(found).toContain(
      'taken with the server: the daemon told stored, and it has not come (the server was stopped)',
    );
    expect(found).toContain('lost: no device has it, and the store says stored');
  });

  test('is no fact that a module saw long before, whoever was asleep', () => {
    const stops = [{ at: SENT_AT + 20_000, how: 'killed', asleep: ['carol'] }] as const;
    expect(said(story('carol'), kept(undefined), { server: 'ejabberd', stops })).toEqual([
      'lost: the store has no record',
    ]);
  });

  test('is never that something was told which is not so', () => {
    const ticked = story('bob', { ticks: [TICK] });
    expect(said(ticked, kept('sent'), { stops: [kill] })[0]).toBe(
      'wrong: a tick of bob@storm.test/phone, and no device had it',
    );
  });
});

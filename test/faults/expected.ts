import type { Status } from '../../src/message/status.ts';
import type { Sighting, Story } from './ledger.ts';

interface Outcome {
  readonly story: Story;
  readonly kept: { readonly status: Status | undefined };
  readonly isAway: boolean;
}

export interface Expectation {
  readonly says: string;
  readonly isMet: boolean;
}

/** What the sender must have by now, whatever the daemon decided. */
export function expectations(outcome: Outcome): readonly Expectation[] {
  const { to } = outcome.story;
  const isSilent = to.voice === 'refuse' && outcome.kept.status !== 'failed';
  return isSilent ? [] : expectedIfTold(outcome);
}

function expectedIfTold({ story, kept, isAway }: Outcome): readonly Expectation[] {
  if (knownSightings(story).length > 0) return expectedOfSeen(story);
  if (story.sightings.length > 0) return [];
  if (kept.status === 'failed') return expectedOfFailed(story);
  const told = kept.status === 'lost' ? 'lost' : isAway ? 'stored' : undefined;
  if (told === undefined || story.to.resources.length === 0) return [];
  return [{ says: `it is ${told}, and that was not told`, isMet: hasCome(told, story) }];
}

function expectedOfFailed(story: Story): readonly Expectation[] {
  const isTold = hasCome('failed', story);
  const isMet = isTold || (story.bouncedAt.length > 0 && !story.reports);
  return [{ says: 'it failed, and that was not told', isMet }];
}

function expectedOfSeen(story: Story): readonly Expectation[] {
  const { to, ticks, receipts, reports } = story;
  const isDelivered = hasCome('delivered', story);
  const says = 'a device has it, and the sender was not told';
  if (to.voice !== 'server')
    return [
      { says, isMet: receipts.length > 0 || ticks.length > 0 },
      { says: `${says}, and asked for it`, isMet: isDelivered || !reports || ticks.length === 0 },
    ];
  return [
    { says: `${says} delivered`, isMet: isDelivered },
    { says: `${says} by a tick`, isMet: ticks.some(({ from }) => from === to.jid) },
  ];
}

export function hasCome(status: Status, { receipts }: Story): boolean {
  return receipts.some((receipt) => receipt.status === status);
}

/** Those of which the server knows. */
export function knownSightings({ sightings }: Story): readonly Sighting[] {
  return sightings.filter(({ knownAt }) => knownAt !== undefined);
}

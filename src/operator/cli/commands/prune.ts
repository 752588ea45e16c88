import type { PrunedAnswer, PruneOrderGiven, WhatGoesAnswer } from '../../http/prune-routes.ts';
import type { ApiClient } from '../api-client.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { daysIn } from '../days.ts';
import { CommandFailed, EXIT } from '../exit.ts';
import { type Tell, withProgress } from '../progress.ts';

export function addPrune(program: Command, { daemon, say }: Context): void {
  program
    .command('prune')
    .description('remove what is older, or all that is known of a person')
    .option('--older-than <time>', 'messages without news for so long: 90d, 12w, 36h')
    .option('--user <address>', 'this person, as if the account had been deleted')
    .option('--and-policy', 'also if this person has a policy: the default holds then')
    .option('--dry-run', 'say what would go, and remove nothing')
    .option('--json', 'as JSON')
    .action(async ({ dryRun, json, ...options }) => {
      const order = orderOf(options);
      const answer = dryRun === true ? await wouldGo(order) : await remove(order);
      say(json === true ? JSON.stringify(answer.data, undefined, 2) : answer.words);
    });

  async function wouldGo(order: PruneOrderGiven) {
    const data = await withProgress('counts', () =>
      daemon().send<WhatGoesAnswer>('POST', '/api/prune/dry-run', order),
    );
    return { data, words: goingInWords(data) };
  }

  async function remove(order: PruneOrderGiven) {
    const count = await withProgress('removes', (tell) => removeAll(daemon(), order, tell));
    return {
      data: { count },
      words: `${count} things were removed: messages and what belongs to them.`,
    };
  }
}

/** Answers how many things went. */
async function removeAll(client: ApiClient, order: PruneOrderGiven, tell: Tell): Promise<number> {
  let count = 0;
  for (let isMore = true; isMore; ) {
    const removed = await client.send<PrunedAnswer>('POST', '/api/prune', order);
    count += removed.count;
    isMore = removed.isMore;
    tell(`${count} things`);
  }
  return count;
}

interface Options {
  readonly olderThan?: string | undefined;
  readonly user?: string | undefined;
  readonly andPolicy?: true | undefined;
}

function orderOf({ olderThan, user, andPolicy }: Options): PruneOrderGiven {
  if ((olderThan === undefined) === (user === undefined))
    throw new CommandFailed('prune: say either --older-than or --user', EXIT.usage);
  if (olderThan === undefined) return { user: user ?? '', andPolicy: andPolicy === true };
  return { olderThanDays: daysIn(olderThan) ?? wrongTime(olderThan) };
}

function wrongTime(found: string): never {
  throw new CommandFailed(
    `prune: --older-than is a number with h, d or w, such as 90d; found "${found}"`,
    EXIT.usage,
  );
}

function goingInWords({ user, messages, hasPolicy }: WhatGoesAnswer): string {
  const start = `${messages} messages would go, with their receipts, marks and questions`;
  if (user === undefined) return `${start}.`;
  return hasPolicy
    ? `${start}, and the policy of ${user}: that needs --and-policy, and the default holds then.`
    : `${start}. ${user} has no policy.`;
}

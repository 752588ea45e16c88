import type { ForgottenAnswer } from '../../http/members-routes.ts';
import type { StandbyAnswer, StatusAnswer } from '../../http/status-route.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';

type Daemons = StatusAnswer['daemons'];

export function addMembers(program: Command, context: Context): void {
  const members = program
    .command('members')
    .description('the daemons that share the store, and settings in which they differ');
  addList(members, context);
  addForget(members, context);
}

function addList(members: Command, { daemon, say }: Context): void {
  members
    .command('list')
    .description('what each serves, since when, and who stands by')
    .option('--json', 'as JSON')
    .action(async ({ json }) => {
      const status = await daemon().get<StandbyAnswer | StatusAnswer>('/api/status');
      if (status.state === 'standby')
        throw new CommandFailed(`this daemon stands by: ask ${status.holder}`, EXIT.no);
      const { daemons } = status;
      say(json === true ? JSON.stringify(daemons, undefined, 2) : inWords(daemons).join('\n'));
    });
}

function addForget(members: Command, { daemon, say }: Context): void {
  members
    .command('forget')
    .argument('<component>', 'the domain of its component, such as receipts.old.example')
    .description('one that will not come back: its domains and settings count no more')
    .action(async (component) => {
      const path = `/api/members/${encodeURIComponent(component)}`;
      await daemon().send<ForgottenAnswer>('DELETE', path, {});
      say(`${component} is none of the daemons of this store any more`);
    });
}

/** A line for each daemon, and for each difference. */
export function inWords({ members, differences }: Daemons): readonly string[] {
  return [...members.map(memberInWords), ...differences.map(differenceInWords)];
}

function memberInWords(member: Daemons['members'][number]): string {
  const { component, domains, holder, isServed, servedSeconds, silentSeconds, standbys } = member;
  const how = isServed
    ? `served for ${servedSeconds} s by ${holder}`
    : `silent for ${silentSeconds} s, last served by ${holder}`;
  const waiting = standbys.length === 0 ? 'nobody stands by' : `${standbys.join(', ')} stands by`;
  return `${component} (${domains.join(', ')}): ${how}; ${waiting}`;
}

function differenceInWords({ setting, values, holds }: Daemons['differences'][number]): string {
  const each = Object.entries(values).map(([name, it]) => `${JSON.stringify(it)} for ${name}`);
  return `they differ in "${setting}": ${each.join(', ')}; for all holds ${JSON.stringify(holds)}`;
}

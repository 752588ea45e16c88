import { toDo } from '../../../servers/node-watch.ts';
import type { StandbyAnswer, StatusAnswer } from '../../http/status-route.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { inWords as inWordsOfDaemons } from './members.ts';

export function addStatus(program: Command, { daemon, say }: Context): void {
  program
    .command('status')
    .description('how the running daemon is: its connection, its servers, what waits')
    .option('--json', 'as JSON')
    .action(async ({ json }) => {
      const status = await daemon().get<StandbyAnswer | StatusAnswer>('/api/status');
      say(json === true ? JSON.stringify(status, undefined, 2) : inWords(status));
    });
}

function inWords(status: StandbyAnswer | StatusAnswer): string {
  return status.state === 'standby' ? standbyInWords(status) : servingInWords(status);
}

function standbyInWords({ version, component, upSeconds, holder }: StandbyAnswer): string {
  return `${component}: xmpp-receipts ${version}, up ${upSeconds} s, stands by: ${holder} serves it`;
}

function servingInWords(status: StatusAnswer): string {
  const { version, component, upSeconds, servers, waiting } = status;
  return [
    `${component}: xmpp-receipts ${version}, up ${upSeconds} s, ${linkInWords(status.link)}`,
    ...servers.flatMap((server) => [
      serverInWords(server),
      ...nodesInWords(server),
      ...countsInWords(server),
    ]),
    ...daemonsInWords(status.daemons),
    `waiting: ${waiting.receipts} receipts, ${waiting.ticks} ticks, ${waiting.questions} questions`,
  ].join('\n');
}

/** Of interest where there are several. */
function daemonsInWords(daemons: StatusAnswer['daemons']): readonly string[] {
  return daemons.members.length > 1 ? inWordsOfDaemons(daemons) : [];
}

function linkInWords({ isOnline, problem }: StatusAnswer['link']): string {
  return isOnline ? 'connected' : `not connected: ${problem ?? 'the first try is under way'}`;
}

function serverInWords(it: StatusAnswer['servers'][number]): string {
  if (it.problem !== undefined) return `${it.domain}: ${it.problem}`;
  return `${it.domain}: ${it.server} with mod_receipts ${it.module}, ${it.waiting} facts wait there`;
}

/** The other nodes of a cluster. */
function nodesInWords({ domain, otherNodes }: StatusAnswer['servers'][number]): readonly string[] {
  return otherNodes.map(({ name, state, downSeconds, waiting }) => {
    if (state === 'up') return `${domain}: node ${name} is up, ${waiting} facts wait there`;
    const since = downSeconds === undefined ? '' : ` for ${downSeconds} s`;
    return `${domain}: node ${name} is ${state}${since}: ${toDo({ name, state })}`;
  });
}

/** What its module has counted, if anything. */
function countsInWords({ domain, health }: StatusAnswer['servers'][number]): readonly string[] {
  const counted = Object.entries(health?.counts ?? {}).filter(([, count]) => count > 0);
  const words = counted.map(([name, count]) => `${name} ${count}`);
  return words.length === 0 ? [] : [`${domain}: its mod_receipts has counted ${words.join(', ')}`];
}

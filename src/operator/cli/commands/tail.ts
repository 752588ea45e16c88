import { REASONS } from '../../../telemetry/reasons.ts';
import type { EventAnswer } from '../../http/events-route.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';

const ENDED = 'The daemon has ended. Its log says why; start it, and type this again.';

export function addTail(program: Command, { daemon, say }: Context): void {
  program
    .command('tail')
    .argument('[user]', 'only what concerns this address, such as alice@example.org')
    .description('what happens from now on: facts, decisions with their reasons, receipts')
    .option('--json', 'as JSON, an object in each line')
    .action(async (user, { json }) => {
      const query = user === undefined ? '' : `?${new URLSearchParams({ user })}`;
      const begun = () => void process.stderr.write('Waits for what happens; Ctrl-C ends it.\n');
      const show = (event: EventAnswer) => say(json === true ? JSON.stringify(event) : line(event));
      const end = await daemon().follow<EventAnswer>(`/api/events${query}`, { begun, hear: show });
      if (end === 'daemon') throw new CommandFailed(ENDED, EXIT.unavailable);
    });
}

function line(event: EventAnswer): string {
  return `${event.at}  ${inWords(event)}`;
}

function inWords(event: EventAnswer): string {
  switch (event.kind) {
    case 'fact':
      return `${messageIn(event)}: ${event.fact} (${event.side})`;
    case 'decision':
      return `${messageIn(event)}: ${decisionInWords(event)}`;
    case 'receipts':
      return `receipts to ${event.user} ${event.outcome}${receiptsIn(event.receipts)}`;
    case 'link':
      return event.isOnline ? 'connected' : `not connected: ${event.problem ?? 'tries again'}`;
    case 'server':
      return `${event.domain}: ${event.problem ?? 'its mod_receipts has answered'}`;
    case 'skipped':
      return `${event.count} more happened, too fast to be shown here`;
    default:
      return event satisfies never;
  }
}

type Decision = Extract<EventAnswer, { kind: 'decision' }>;
type Receipts = Extract<EventAnswer, { kind: 'receipts' }>['receipts'];

function messageIn({ sender, recipient, id }: Pick<Decision, 'sender' | 'recipient' | 'id'>) {
  return `${sender} to ${recipient}, id ${id}`;
}

function decisionInWords({ decision, told, because, withheld }: Decision): string {
  if (decision === 'tell') return `the sender is told ${told.join(', ')}`;
  const reason = withheld ?? because;
  if (reason === undefined) return 'waits, because more may happen';
  return `not told: ${REASONS[reason] ?? reason}`;
}

function receiptsIn(receipts: Receipts): string {
  const all = receipts.map(({ recipient, id, status }) => `${recipient} ${id} ${status}`);
  return all.length === 0 ? '' : `: ${all.join('; ')}`;
}

import type { WaitingAnswer } from '../../http/waiting-route.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import type { Screen } from '../screen.ts';

export function addWaiting(program: Command, { daemon, say, screen }: Context): void {
  program
    .command('waiting')
    .argument('[user]', 'receipts to this address, and questions to or from it')
    .description('the receipts and questions that wait, and why')
    .option('-n, --limit <number>', 'how many of each', '100')
    .option('--json', 'as JSON')
    .action(async (user, { limit, json }) => {
      const query = new URLSearchParams(user === undefined ? { limit } : { user, limit });
      const waiting = await daemon().get<WaitingAnswer>(`/api/waiting?${query}`);
      say(json === true ? JSON.stringify(waiting, undefined, 2) : inWords(waiting, screen));
    });
}

function inWords({ counts, receipts, questions }: WaitingAnswer, screen: Screen): string {
  return [
    `waiting in all: ${counts.receipts} receipts, ${counts.ticks} ticks, ${counts.questions} questions`,
    ...(receipts.length === 0 ? [] : ['', 'Receipts', receiptTable(receipts, screen)]),
    ...(questions.length === 0 ? [] : ['', 'Questions', questionTable(questions, screen)]),
  ].join('\n');
}

function receiptTable(receipts: WaitingAnswer['receipts'], screen: Screen): string {
  return screen.table(
    ['SENDER', 'RECIPIENT', 'ID', 'STATUS', 'WHY IT WAITS'],
    receipts.map((it) => [it.sender, it.recipient, it.id, it.status, whyReceipt(it)]),
  );
}

function questionTable(questions: WaitingAnswer['questions'], screen: Screen): string {
  return screen.table(
    ['SENDER', 'WHO IS ASKED', 'NUMBER', 'SINCE', 'WHY IT WAITS'],
    questions.map((it) => {
      return [it.sender, it.recipient, String(it.number), it.openedAt, REASONS(it)[it.because]];
    }),
  );
}

function whyReceipt(receipt: WaitingAnswer['receipts'][number]): string {
  const why = REASONS(receipt)[receipt.because];
  return receipt.more === 0 ? why : `${why} (and ${receipt.more} more, as a number)`;
}

type Because = WaitingAnswer['receipts'][number]['because'];

interface About {
  readonly next?: string | undefined;
  readonly tries?: number;
}

const REASONS = ({ next = '', tries = 0 }: About): Readonly<Record<Because, string>> => ({
  offline: 'there is no connection',
  'its-turn-comes': 'its time has come: others are sent before it, or a limit must be kept',
  gathers: `waits until ${next} for others to travel with`,
  sent: 'was sent; the server has not said yet that it took it',
  'came-back': `came back ${tries} times; again at ${next}`,
  asked: 'was put; there is no answer yet',
  'put-later': `is put at ${next}`,
});

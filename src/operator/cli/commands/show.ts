import { REASONS } from '../../../telemetry/reasons.ts';
import type { OutcomeAnswer, SummaryAnswer, TimelineAnswer } from '../../http/messages-routes.ts';
import type { Command } from '../commander.ts';
import type { Context } from '../context.ts';
import { CommandFailed, EXIT } from '../exit.ts';
import type { Screen } from '../screen.ts';
import { aligned } from '../table.ts';

export function addShow(program: Command, { daemon, say, screen }: Context): void {
  program
    .command('show')
    .argument('<sender>', 'who wrote it, such as alice@example.org')
    .argument('[recipient-and-id...]', 'to whom, and the id of one message')
    .description('what became of one message, or of the last messages of a sender')
    .option('-n, --limit <number>', 'how many messages', '20')
    .option('--json', 'as JSON')
    .action(async (sender, [recipient, id, ...rest], { json, limit }) => {
      if (rest.length > 0) throw new CommandFailed(tooMany(rest), EXIT.usage);
      const answer =
        recipient === undefined || id === undefined
          ? await last(sender, recipient, limit)
          : await one(sender, recipient, id);
      say(json === true ? JSON.stringify(answer.data, undefined, 2) : answer.words());
    });

  async function one(sender: string, recipient: string, id: string): Promise<Answer> {
    const query = new URLSearchParams({ sender, recipient, id });
    const data = await daemon().get<TimelineAnswer>(`/api/message?${query}`);
    return { data, words: () => timelineInWords(data) };
  }

  async function last(
    sender: string,
    recipient: string | undefined,
    limit: string,
  ): Promise<Answer> {
    const query = new URLSearchParams({ sender, limit });
    if (recipient !== undefined) query.set('recipient', recipient);
    const data = await daemon().get<readonly SummaryAnswer[]>(`/api/messages?${query}`);
    return { data, words: () => listInWords(data, sender, screen) };
  }
}

function tooMany(rest: readonly string[]): string {
  return `expected a sender, a recipient and an id, found also: ${rest.join(' ')}. Put an id with blanks in quotes`;
}

interface Answer {
  readonly data: unknown;
  readonly words: () => string;
}

function listInWords(messages: readonly SummaryAnswer[], sender: string, screen: Screen): string {
  if (messages.length === 0) return `No message of ${sender} is kept.`;
  return screen.table(
    ['ACCEPTED', 'RECIPIENT', 'ID', 'STATUS', 'SENDER MAY KNOW'],
    messages.map((it) => [it.acceptedAt, it.recipient, it.id, it.status, it.senderKnows]),
  );
}

function timelineInWords(timeline: TimelineAnswer): string {
  const { sender, recipient, id, status, senderKnows, facts, tellings } = timeline;
  return [
    `${sender} to ${recipient}, id ${id}`,
    `It is ${status}; the sender may know: ${senderKnows}.`,
    '',
    'What happened',
    aligned(facts.map((it) => [`  ${it.at}`, it.kind, `(${it.side})`, detailsOf(it.details)])),
    '',
    'What the sender was told',
    toldInLines(tellings.map((it) => tellingRow(it, it))),
    '',
    'In words',
    toldInLines(tellings.map((it) => tellingRow(it, it.words))),
    '',
    `Tick for the recipient: ${wordsFor(timeline.tick)}`,
    `Question to the recipient: ${wordsFor(timeline.question)}`,
  ].join('\n');
}

function detailsOf(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .map(([name, value]) => (value === true ? name : `${name}=${String(value)}`))
    .join(' ');
}

function toldInLines(rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '  nothing: no news yet' : aligned(rows);
}

function tellingRow(
  { status, evidence }: TimelineAnswer['tellings'][number],
  outcome: OutcomeAnswer,
): readonly string[] {
  return [`  ${status}`, `by ${evidence}`, outcomeInWords(outcome)];
}

function outcomeInWords({ outcome, receiptMadeAt, until, reason = '' }: OutcomeAnswer): string {
  switch (outcome) {
    case 'told':
      return receiptMadeAt === undefined ? 'told' : `told at ${receiptMadeAt}`;
    case 'waits':
      return `will be told at ${until}, unless more happens before`;
    case 'overtaken':
      return 'not told: more happened before the receipt left';
    case 'withheld':
    case 'held':
      return `not told: ${wordsFor(reason)}`;
    default:
      return outcome satisfies never;
  }
}

function wordsFor(reason: string): string {
  return REASONS[reason] ?? reason;
}

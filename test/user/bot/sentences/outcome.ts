import type { BareJid } from '../../../../src/message/jid.ts';
import type { Question } from '../../../../src/store/question-store.ts';
import { type Meaning, parse } from '../../../../src/user/bot/parse.ts';
import type { Said } from '../../../../src/user/bot/situation.ts';
import { doubtAbout, questionsChosen } from '../../../../src/user/commands/answering.ts';
import type { AnswerCommand, Command } from '../../../../src/user/commands/command.ts';
import { commandText } from '../../../../src/user/text/command-text.ts';
import { LANGUAGE_OF } from '../../../../src/user/text/languages.ts';
import { question } from '../../text/samples.ts';
import type { Sentence } from './rows.ts';

const ALICE = question(1);
const SEVERAL = [ALICE, from(2, 'boss@example.org'), from(3, 'anna.lee@example.net')];

/** What was shown to the person and waits, by what the bot said last. */
const WAITING: Readonly<Record<string, readonly Question[]>> = {
  'alice asks': [ALICE],
  'alice asks twice': [ALICE, question(2)],
  'alice, boss and anna.lee ask': SEVERAL,
  'alice, boss, anna.lee and 老板 ask': [...SEVERAL, from(4, '老板@example.org')],
  "something else, and alice's question waits": [ALICE],
  'something else, and nothing waits': [],
  "nothing yet, and alice's question waits": [ALICE],
  'a notice about bob, and nothing waits': [],
  "a notice about bob, and alice's question waits": [ALICE],
  "did you mean yes, and alice's question waits": [ALICE],
};

/** What a sentence comes to, in the words of the tables. */
export function outcomeOf({ said, text }: Sentence): string {
  const questions = WAITING[said];
  if (questions === undefined) throw new Error(`nobody knows what waits: ${said}`);
  return outcome(parse(text, { said: saidIn(said), questions }), questions);
}

function saidIn(said: string): Said {
  if (said.startsWith('something else')) return { kind: 'other' };
  if (said.startsWith('nothing yet')) return { kind: 'unknown' };
  if (said.startsWith('a notice')) return { kind: 'notice', id: 'n1' };
  if (!said.startsWith('did you mean')) return { kind: 'question' };
  return { kind: 'proposal', command: { kind: 'answer', answer: 'yes', which: 'only' } };
}

function outcome(meant: Meaning, waiting: readonly Question[]): string {
  if (meant.kind === 'courtesy') return 'silence';
  if (meant.kind === 'closed') return 'closed';
  if (meant.kind === 'ask-again') return 'asked again';
  if (meant.kind === 'doubtful') return `${commandOutcome(meant.command, waiting)}?`;
  if (meant.kind !== 'not-understood') return commandOutcome(meant, waiting);
  const [only, ...others] = meant.suggestions;
  if (only === undefined || others.length > 0) return '?';
  return `${commandOutcome(only, waiting)}?`;
}

function commandOutcome(command: Command, waiting: readonly Question[]): string {
  if (command.kind !== 'answer') return commandText(command, LANGUAGE_OF.en);
  return answerOutcome(command, waiting);
}

function answerOutcome(command: AnswerCommand, waiting: readonly Question[]): string {
  const { answer, forGood } = command;
  const doubt = doubtAbout(waiting, command);
  if (doubt?.kind === 'questions') return 'nothing waits';
  if (doubt !== undefined) return doubt.kind === 'which' ? 'which' : 'no such';
  const chosen = questionsChosen(waiting, command);
  if (forGood) return `${answer === 'yes' ? 'always' : 'never'} ${localOf(chosen[0]?.sender)}`;
  return [answer, ...namesOf(chosen, waiting)].join(' ');
}

/** Nothing if all are meant; numbers where a sender asks more than that. */
function namesOf(
  chosen: readonly Question[],
  waiting: readonly Question[],
): readonly (string | number)[] {
  if (chosen.length === waiting.length) return [];
  return chosen.map(({ number, sender }) => {
    const isAlone = waiting.filter((other) => other.sender === sender).length === 1;
    return isAlone ? localOf(sender) : number;
  });
}

function localOf(sender = ''): string {
  return sender.split('@')[0] ?? '';
}

function from(number: number, sender: string): Question {
  return question(number, { sender: sender as BareJid });
}

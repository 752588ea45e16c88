import type { Question } from '../../store/question-store.ts';
import { personCalled } from '../commands/people.ts';
import { normal } from './plain-text.ts';
import { isUnspaced, VOCABULARY } from './vocabulary.ts';

/** What stands between names. A name may hold points, hyphens and digits. */
const NAME = /[^\s\p{Script=Han}<>()[\]{}"“”‘’「」《》,;:!?，。；：！？、…]+/gu;

/** A shorter beginning is more probably a word. */
const SHORTEST_BEGINNING = 2;

type Asked = Pick<Question, 'number' | 'sender'>;

/**
 * Puts the numbers of the questions where their senders are named: by the address, by what stands
 * before its @, or by the beginning of that, if no other sender's name begins so.
 */
export function withNumbersForNames(text: string, questions: readonly Asked[]): string {
  const spaced = withoutUnspacedNames(text, questions);
  return spaced.replace(NAME, (word) => {
    const [, before = '', name = '', after = ''] = /^(['.]*)(.*?)(['.]*)$/u.exec(word) ?? [];
    const sender = senderCalled(normal(name), questions);
    return sender === undefined ? word : `${before}${numbersOf(sender, questions)}${after}`;
  });
}

/** Where no spaces are written, a name can stand between any words, or be a part of a longer one. */
function withoutUnspacedNames(text: string, questions: readonly Asked[]): string {
  const senders = sendersOf(questions).filter((sender) => isUnspaced(localOf(sender)));
  const named = senders.filter((sender) => isNameOfOne(localOf(sender), questions));
  const names = [
    ...senders.map((sender) => ({ sender, name: sender })),
    ...named.map((sender) => ({ sender, name: localOf(sender) })),
  ].sort((a, b) => b.name.length - a.name.length);
  return names.reduce(
    (before, { sender, name }) => before.replaceAll(name, numbersOf(sender, questions)),
    text,
  );
}

function senderCalled(name: string, questions: readonly Asked[]): string | undefined {
  const senders = sendersOf(questions);
  if (senders.includes(name)) return name;
  if (VOCABULARY.has(name) || name.length < SHORTEST_BEGINNING || /^\d+$/.test(name))
    return undefined;
  const called = personCalled(name, senders);
  return called.kind === 'one' ? called.address : undefined;
}

function isNameOfOne(local: string, questions: readonly Asked[]): boolean {
  const namesakes = sendersOf(questions).filter((sender) => localOf(sender) === local);
  return namesakes.length === 1 && !VOCABULARY.has(local);
}

function numbersOf(sender: string, questions: readonly Asked[]): string {
  const own = questions.filter((question) => question.sender === sender);
  return ` ${own.map(({ number }) => number).join(',')} `;
}

function sendersOf(questions: readonly Asked[]): readonly string[] {
  return [...new Set(questions.map(({ sender }) => sender))];
}

function localOf(sender: string): string {
  const at = sender.indexOf('@');
  return at < 0 ? sender : sender.slice(0, at);
}

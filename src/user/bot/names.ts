import type { Question } from '../../store/question-store.ts';
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

/** Where no spaces are written, a name can stand between any words. */
function withoutUnspacedNames(text: string, questions: readonly Asked[]): string {
  const names = sendersOf(questions).filter((sender) => isUnspaced(localOf(sender)));
  return names.reduce((before, sender) => {
    const numbers = numbersOf(sender, questions);
    return isSharedName(localOf(sender), questions)
      ? before.replaceAll(sender, numbers)
      : before.replaceAll(sender, numbers).replaceAll(localOf(sender), numbers);
  }, text);
}

function senderCalled(name: string, questions: readonly Asked[]): string | undefined {
  const senders = sendersOf(questions);
  if (senders.includes(name)) return name;
  if (VOCABULARY.has(name) || name.length < SHORTEST_BEGINNING || /^\d+$/.test(name))
    return undefined;
  const same = senders.filter((sender) => localOf(sender) === name);
  const alike = senders.filter((sender) => localOf(sender).startsWith(name));
  const [only, ...others] = same.length > 0 ? same : alike;
  return others.length === 0 ? only : undefined;
}

function isSharedName(local: string, questions: readonly Asked[]): boolean {
  return sendersOf(questions).filter((sender) => localOf(sender) === local).length > 1;
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

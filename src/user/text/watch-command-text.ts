import type { WatchAnswerCommand, WatchCommand, WatchTime } from '../commands/command.ts';
import type { Language } from './language.ts';
import { lengthText } from './watch-text.ts';
import { zoneText } from './zone-text.ts';

/** A command about what is watched, as a text that the bot understands. */
export function watchCommandText(command: WatchCommand, language: Language): string {
  const { commands, words } = language.watch;
  switch (command.kind) {
    case 'watches':
      return words.list[0] ?? '';
    case 'watch':
      return commands.one(command.peer ?? '', command.goal, timeText(command.time, language));
    case 'watch-contact':
      return contactText(command, language);
    case 'answer-notice':
      return answerText(command, language);
    default:
      return command satisfies never;
  }
}

function contactText(
  { peer, goal, ms }: Extract<WatchCommand, { kind: 'watch-contact' }>,
  language: Language,
): string {
  const { commands, words } = language.watch;
  if (ms === 'off') return `${words.stop[0] ?? ''} ${peer}`;
  return commands.contact(peer, goal, lengthText(ms, language));
}

function answerText({ answer, peer = '', time }: WatchAnswerCommand, language: Language): string {
  const when = time === undefined ? '' : timeText(time, language);
  const words = [language.watch.words[answer][0] ?? '', peer, when];
  return words.filter((word) => word !== '').join(' ');
}

function timeText(time: WatchTime, language: Language): string {
  const { commands } = language.watch;
  if (time.kind === 'within') return commands.within(lengthText(time.ms, language));
  const [hour, minute] = [time.hour, time.minute].map((number) => `${number}`.padStart(2, '0'));
  return commands.at([`${hour}:${minute}`, ...(time.zone ? [zoneText(time.zone)] : [])].join(' '));
}

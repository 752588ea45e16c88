import type { Link } from '../../link/link.ts';
import { wordsIn } from '../../protocol/chat-message.ts';
import type { Introductions } from '../commands/introductions.ts';

/** Whatever words leave, and whoever wrote them: the first ones have said who we are. */
export function noteFirstWords(
  link: Pick<Link, 'onSent'>,
  introductions: Pick<Introductions, 'hear'>,
): void {
  link.onSent((stanza) => {
    const words = wordsIn(stanza);
    if (words !== undefined) void introductions.hear(words);
  });
}

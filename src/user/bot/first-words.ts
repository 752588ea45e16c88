import type { Link } from '../../link/link.ts';
import { wordsIn } from '../../protocol/chat-message.ts';
import type { Introductions } from '../commands/introductions.ts';
import { saysWhoWeAre } from '../text/introduction.ts';

/** Whoever wrote them: words that say who we are have left. */
export function noteFirstWords(
  link: Pick<Link, 'onSent'>,
  introductions: Pick<Introductions, 'hear'>,
): void {
  link.onSent((stanza) => {
    const words = wordsIn(stanza);
    if (words !== undefined && saysWhoWeAre(words.text)) void introductions.hear(words);
  });
}

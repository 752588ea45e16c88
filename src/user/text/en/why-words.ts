import type { WhyWords } from '../vocabulary.ts';

export const whyWords: WhyWords = {
  silence: [
    ...[
      'not',
      'nothing at all',
      'anything',
      'something',
      'any',
      'hear',
      'heard',
      'hearing',
      'know',
    ],
    ...['answer', 'answers', 'answered', 'reply', 'replied', 'response', 'respond', 'responded'],
    ...['tick', 'ticks', 'confirmation', 'confirmations', 'news', 'notice', 'notification', 'sign'],
    ...['say', 'said', 'do', 'does', 'were', 'being', 'come', 'came', 'back', 'still', 'yet', 'so'],
    ...[
      'so far',
      'about',
      'there',
      'you',
      'unread',
      'one',
      "haven't",
      "hasn't",
      "didn't",
      "doesn't",
    ],
    ...["isn't", "wasn't", "don't", 'show', 'quiet', 'silent'],
  ],
  naming: [
    ...['did', 'has', 'does', "didn't", "doesn't", "hasn't", 'is', "isn't", 'was', "wasn't"],
    ...['from', 'to', 'for', 'about', 'by'],
  ],
};

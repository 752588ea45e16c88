import { normal } from './plain-text.ts';

/** Pictures that mean the same in every language, without skin tones and variation selectors. */
export const SIGNS = {
  'loose yes': ['👍', '👌', '✅', '✔', '✓', '☑', '🆗', '💯', '❤', '♥', '🤝'],
  'loose no': ['👎', '❌', '✖', '🚫', '🙅'],
  filler: ['🙂', '😊', '😀', '🙏'],
} as const;

const ANSWERS: ReadonlySet<string> = new Set([...SIGNS['loose yes'], ...SIGNS['loose no']]);

/** Nothing but pictures that mean yes or no. */
export function isAnswerBySigns(text: string): boolean {
  return (
    text !== '' &&
    normal(text)
      .split(' ')
      .every((sign) => ANSWERS.has(sign))
  );
}

const PICTURE = /^[\p{Extended_Pictographic}\p{So}]$/u;

export function isPicture(text: string): boolean {
  return PICTURE.test(text);
}

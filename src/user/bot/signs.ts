/** Pictures that mean the same in every language, without skin tones and variation selectors. */
export const SIGNS = {
  'loose yes': ['👍', '👌', '✅', '✔', '✓', '☑', '🆗', '💯', '❤', '♥', '🤝'],
  'loose no': ['👎', '❌', '✖', '🚫', '🙅'],
  filler: ['🙂', '😊', '😀', '🙏'],
} as const;

const PICTURE = /^[\p{Extended_Pictographic}\p{So}]$/u;

export function isPicture(text: string): boolean {
  return PICTURE.test(text);
}

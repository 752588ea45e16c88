/** Leaves out quoted lines: XEP-0393 §5.1.3, and what clients put before a reply. */
export function withoutQuotes(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .filter((line) => !/^\s*[>＞»]/u.test(line))
    .join('\n');
}

/**
 * A question mark inside an address asks nothing: RFC 7622 §3.3.1 allows one before the @, and
 * RFC 5122 addresses have one.
 */
export function hasQuestionMark(text: string): boolean {
  return /？|(?:؟|\?(?=[\s\p{P}]|$))(?!\S*@)/u.test(text);
}

/**
 * NFKC makes full-width letters, digits and marks plain. Variation selectors and skin tones are
 * removed.
 */
export function normal(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{Cf}\p{Variation_Selector}\p{Emoji_Modifier}]/gu, '')
    .replaceAll('’', "'");
}

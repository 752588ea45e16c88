/**
 * A text as servers write it in addresses, RFC 6122 appendix A: compatibility forms and case are
 * folded, also ß to ss and ς to σ. Both have the same upper case. The dotless i has no such partner
 * and stays as it is. What has no width is left out.
 */
export function folded(text: string): string {
  const parts = text
    .normalize('NFKC')
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    .split('ı');
  const lower = parts.map((part) => part.toUpperCase().toLowerCase()).join('ı');
  // At the end of a word, `toLowerCase` writes ς.
  return lower.replaceAll('ς', 'σ').normalize('NFKC');
}

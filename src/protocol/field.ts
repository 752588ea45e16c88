// docs/protocol.md §2.2: in a field, control characters, space and `%` are written as `%` and two
// hexadecimal digits.

/** Any text as it is written in a field. */
export function escaped(text: string): string {
  return text.replace(/[%\x20\x7f\p{Cc}]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code > 0x7f ? character : `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/**
 * The text of a field. The digits of an escape are in upper case; everything else stays as it is.
 */
export function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-7][0-9A-F])/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** A whole number of at most 16 digits. */
export function digitsIn(text: string): number | undefined {
  const number = Number(text);
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

/** Words of an attribute, which spaces divide. */
export function wordsIn(text = ''): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** A whole number that is not negative; `undefined` is anything else. */
export function readNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return text !== undefined && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

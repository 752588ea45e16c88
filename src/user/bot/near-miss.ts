import { isUnspaced, VOCABULARY } from './vocabulary.ts';

/** Maximum number of typing errors. Short words allow fewer, because more other words are near. */
function tolerance(text: string): number {
  if (isUnspaced(text)) return text.length > 1 ? 1 : 0;
  if (text.length < 3) return 0;
  return text.length < 6 ? 1 : 2;
}

/** Known words that were probably meant, the nearest first. */
export function nearest(text: string): readonly string[] {
  const limit = tolerance(text);
  return [...VOCABULARY.keys()]
    .filter((known) => isUnspaced(known) === isUnspaced(text))
    .map((known) => ({ known, distance: distanceWithin(limit, text, known) }))
    .filter(({ known, distance }) => distance <= limit && distance < known.length)
    .sort((a, b) => a.distance - b.distance)
    .map(({ known }) => known);
}

/**
 * Damerau-Levenshtein distance (two exchanged neighbours count once). Beyond the limit the exact
 * value is not needed.
 */
function distanceWithin(limit: number, a: string, b: string): number {
  if (limit === 0 || Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = nextRow({ a, b, i }, row, before);
    before = row;
    row = next;
  }
  return row[b.length] ?? Number.POSITIVE_INFINITY;
}

function nextRow(
  { a, b, i }: { readonly a: string; readonly b: string; readonly i: number },
  row: readonly number[],
  before: readonly number[],
): readonly number[] {
  const next = [i];
  for (let j = 1; j <= b.length; j++) {
    const replaced = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
    const isExchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    const exchanged = isExchanged ? at(before, j - 2) + 1 : replaced;
    next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, replaced, exchanged));
  }
  return next;
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}

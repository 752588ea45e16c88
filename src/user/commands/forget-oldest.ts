/** To be called after each addition: a map keeps the order in which its keys came. */
export function forgetOldest<Key>(kept: Map<Key, unknown>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}

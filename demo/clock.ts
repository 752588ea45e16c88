/** The present in milliseconds since 1970, with fractions: the stamps of a server are that exact. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

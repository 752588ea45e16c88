/** Closes a `switch` over a union: a new kind that it misses does not compile. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

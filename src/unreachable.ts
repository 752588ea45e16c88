/** The default of a `switch` over a union: if a kind is missing, the code does not compile. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

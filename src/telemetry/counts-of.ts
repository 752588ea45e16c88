/**
 * How many of the items have which name. What is counted for every item of the feed is added up
 * before: to look up a counter by its name costs more than the rest.
 */
export function countsOf<Item, Name>(
  items: readonly Item[],
  nameOf: (item: Item) => Name | undefined,
): ReadonlyMap<Name, number> {
  const counts = new Map<Name, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

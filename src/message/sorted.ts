/** The items in their order. Most come in order: to sort these anew would cost memory each time. */
export function sortedBy<Item>(
  compare: (a: Item, b: Item) => number,
  items: readonly Item[],
): readonly Item[] {
  for (let index = 1; index < items.length; index += 1)
    if (compare(items[index - 1] as Item, items[index] as Item) > 0) return items.toSorted(compare);
  return items;
}

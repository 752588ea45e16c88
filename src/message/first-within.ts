/** The first items that together weigh no more than `most`, but at least one item. */
export function firstWithin<Item>(
  items: readonly Item[],
  most: number,
  weigh: (item: Item) => number,
): readonly Item[] {
  let weight = 0;
  const end = items.findIndex((item, index) => {
    weight += weigh(item);
    return weight > most && index > 0;
  });
  return end < 0 ? items : items.slice(0, end);
}

/** As many of the first items as weigh no more than `most` together, but at least one. */
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

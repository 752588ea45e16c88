/** As many of the first items as fit into so many bytes, one at least. */
export function firstPage<Item>(
  items: readonly Item[],
  { textOf, maxBytes }: { textOf: (item: Item) => string; maxBytes: number },
): readonly Item[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += Buffer.byteLength(textOf(item)) + 1;
    return bytes > maxBytes && index > 0;
  });
  return end < 0 ? items : items.slice(0, end);
}

/** A line that a component was told, by its fields (docs/protocol.md §2.2). */
export type ToldLine = readonly string[];

interface ToldFact {
  readonly message: string;
  readonly kind: string;
  readonly details: string;
  readonly stamp: number;
}

/** The kinds of facts of each message, in the order of their stamps, under `id sender recipient`. */
export function kindsByMessage(lines: readonly ToldLine[]): ReadonlyMap<string, string> {
  const facts = new Map<string, ToldFact[]>();
  for (const fact of distinct(lines)) {
    const known = facts.get(fact.message);
    if (known === undefined) facts.set(fact.message, [fact]);
    else known.push(fact);
  }
  return new Map([...facts].map(([message, all]) => [message, kindsInOrder(all)]));
}

function kindsInOrder(facts: readonly ToldFact[]): string {
  return facts
    .toSorted((a, b) => a.stamp - b.stamp)
    .map(({ kind }) => kind)
    .join(' ');
}

/** How many different facts there are; what was said again is the same. */
export function countFacts(lines: readonly ToldLine[]): number {
  return distinct(lines).length;
}

/** Facts that have the stamp of another one, which §1 does not allow. */
export function factsWithUsedStamps(lines: readonly ToldLine[]): readonly ToldFact[] {
  const used = new Set<number>();
  return distinct(lines).filter(({ stamp }) => used.size === used.add(stamp).size);
}

export interface Gap {
  readonly stamp: number;
  readonly count: number;
}

export function gapsIn(lines: readonly ToldLine[]): readonly Gap[] {
  const said = new Set(lines.filter(([sort]) => sort === 'gap').map((line) => line.join('\t')));
  return [...said].map((line) => {
    const [, stamp, count] = line.split('\t').map(Number);
    return { stamp: stamp ?? 0, count: count ?? 0 };
  });
}

/** What the gaps add up to. */
export function countInGaps(lines: readonly ToldLine[]): number {
  return gapsIn(lines).reduce((sum, { count }) => sum + count, 0);
}

function distinct(lines: readonly ToldLine[]): readonly ToldFact[] {
  const facts = lines.filter(([sort]) => sort === 'message').flatMap(factsOf);
  return [...new Map(facts.map((fact) => [Object.values(fact).join('\t'), fact])).values()];
}

function factsOf([, id, sender, recipient, ...facts]: ToldLine): readonly ToldFact[] {
  const message = `${id} ${sender} ${recipient}`;
  return facts.map((text) => {
    const [kind = '', stamp, ...details] = text.split(' ');
    return { message, kind, details: details.join(' '), stamp: Number(stamp) };
  });
}

import type { GeneratorOrder } from './generator.ts';
import type { Cost, ToggledServer } from './toggled-server.ts';

export interface Toggled {
  readonly withModule: readonly Cost[];
  readonly without: readonly Cost[];
}

const WARM_UP_RUNS = 3;

/** Runs with the module, each between two without it: one run without more than with. */
export async function toggle(
  server: ToggledServer,
  order: GeneratorOrder,
  pairs: number,
): Promise<Toggled> {
  return alternate(pairs, async (isLoaded) => {
    await server.setModule(isLoaded);
    return server.bear(order);
  });
}

/** The same steps with the module always there: what this shows is noise. */
export async function toggleNothing(
  server: ToggledServer,
  order: GeneratorOrder,
  pairs: number,
): Promise<Toggled> {
  await server.setModule(true);
  for (let run = 0; run < WARM_UP_RUNS; run += 1) await server.bear(order);
  return alternate(pairs, async () => {
    await server.setModule(true);
    return server.bear(order);
  });
}

async function alternate(
  pairs: number,
  run: (isLoaded: boolean) => Promise<Cost>,
): Promise<Toggled> {
  const without = [await run(false)];
  const withModule: Cost[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    withModule.push(await run(true));
    without.push(await run(false));
  }
  return { withModule, without };
}

/**
 * Each run with the module against the mean of its two neighbours without it: what slows the
 * machine for longer than a run slows all three.
 */
export function neighbourRatios(
  { withModule, without }: Toggled,
  pick: (cost: Cost) => number,
): readonly number[] {
  const others = without.map(pick);
  return withModule.map((cost, at) => {
    const neighbours = ((others[at] ?? Number.NaN) + (others[at + 1] ?? Number.NaN)) / 2;
    return pick(cost) / neighbours;
  });
}

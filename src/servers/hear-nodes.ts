import type { Completeness } from '../facts/completeness.ts';
import type { Source } from '../facts/source.ts';
import type { Stamp } from '../message/time.ts';
import type { ModuleHello } from '../protocol/hello.ts';

type Clocks = Pick<Completeness, 'clocks' | 'hear' | 'forgive' | 'list'>;

/** docs/protocol.md §2.2: a clock that differs from the stamps by less is not told by facts. */
const TOLERANCE: Stamp = 10_000_000;

/** What a hello says of the clocks and spools of all nodes of a server. */
export function hearNodes(domain: string, hello: ModuleHello, completeness: Clocks): void {
  const { node, at, others } = hello;
  // Of the node that speaks, `at` is also the present time, if nothing waits.
  hearNode({ domain, node }, hello, { completeness, said: at });
  showClock(domain, hello, completeness);
  const up = others.filter(({ state }) => state === 'up');
  for (const other of up) hearNode({ domain, node: other.name }, other, { completeness });
  completeness.list(domain, [
    { name: node, isUp: true },
    ...others.map(({ name, state }) => ({ name, isUp: state === 'up' })),
  ]);
}

/** How many items wait on all nodes that answer. */
export function waitingIn({ waiting, others }: ModuleHello): number {
  return others.reduce((sum, other) => sum + other.waiting, waiting);
}

/** An older module does not say what its clock says. */
function showClock(
  domain: string,
  { at, waiting, health: { clock } }: ModuleHello,
  { clocks }: Clocks,
): void {
  if (at === undefined || clock === undefined || waiting > 0) return;
  clocks.show(domain, Math.abs(clock - at) > TOLERANCE ? { at, time: clock } : { at });
}

type Said = Pick<ModuleHello, 'at' | 'waiting'>;

interface Hearing {
  readonly completeness: Clocks;
  readonly said?: Stamp | undefined;
}

/** If items wait, they are older than `at` and not here yet: then `at` does not count. */
function hearNode(source: Source, { at, waiting }: Said, { completeness, said }: Hearing): void {
  if (waiting === 0) completeness.forgive(source);
  completeness.hear(source, { at: waiting === 0 ? at : undefined, waiting }, said);
}

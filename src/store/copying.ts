import { isPostgres, pathIn, withoutPassword } from './address.ts';
import { COPIED, type CopiedKind } from './copied-kinds.ts';
import type { CopyProgress, CopySourcePort, CopyTargetPort } from './copying-port.ts';
import { lockStore, type StoreLock } from './locking.ts';
import { openPostgresCopying } from './postgres/copying.ts';
import { openSqliteCopying, openSqliteSource } from './sqlite/copying.ts';
import { StoreUnavailable } from './store.ts';

/** Rows of one transaction. */
const PAGE = 1000;

export interface CopyOrder {
  readonly from: string;
  readonly to: string;
  readonly tell: CopyTeller;
}

/** Hears how far a copy has come. */
export type CopyTeller = (rows: number, ofAll: number) => void;

/** What there was of a kind, and is in both stores now. */
export interface CopiedCount {
  readonly inWords: string;
  readonly count: number;
}

/**
 * Copies all of a store into another one, which is empty or holds the first part of the same copy.
 * No daemon may use either meanwhile. Rejects with StoreUnavailable; then the same order goes on
 * where this one ended.
 */
export async function copyStore(order: CopyOrder): Promise<readonly CopiedCount[]> {
  const { from, to } = order;
  if (from === to)
    throw new StoreUnavailable(
      'store: source and target are the same store. Name another one as the target',
    );
  return locked(from, (own) =>
    opened(openSource(from, own), (source) =>
      locked(to, (lock) =>
        opened(openTarget(to, lock), (target) => copyInto(target, source, order)),
      ),
    ),
  );
}

async function locked<Result>(
  address: string,
  work: (lock: StoreLock) => Promise<Result>,
): Promise<Result> {
  const lock = await lockStore(address);
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

async function opened<Port extends Pick<CopySourcePort, 'close'>, Result>(
  opening: Promise<Port>,
  work: (store: Port) => Promise<Result>,
): Promise<Result> {
  const store = await opening;
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function openSource(address: string, { fence }: StoreLock): Promise<CopySourcePort> {
  return isPostgres(address)
    ? openPostgresCopying(address, fence)
    : openSqliteSource(pathIn(address));
}

async function openTarget(address: string, { fence }: StoreLock): Promise<CopyTargetPort> {
  return isPostgres(address)
    ? openPostgresCopying(address, fence)
    : openSqliteCopying(pathIn(address));
}

/** Copies what is between these two, which are open. Rejects with StoreUnavailable. */
export async function copyInto(
  target: CopyTargetPort,
  source: CopySourcePort,
  { from, to, tell }: CopyOrder,
): Promise<readonly CopiedCount[]> {
  if ((await source.progress()) !== undefined)
    throw new StoreUnavailable(
      `store: ${withoutPassword(from)} is itself half a copy. Finish that one first, or copy from its source`,
    );
  const counts = await countsOf(source);
  const progress = await begun(target, source, to);
  const ofAll = sumOf(counts);
  let done = sumOf(await countsOf(target));
  await copyFrom(progress, { source, target }, (rows) => {
    done += rows;
    tell(done, ofAll);
  });
  expectSame(counts, await countsOf(target));
  await target.finish();
  return counts;
}

async function countsOf(store: Pick<CopyTargetPort, 'count'>): Promise<readonly CopiedCount[]> {
  const counts: CopiedCount[] = [];
  for (const kind of COPIED) counts.push({ inWords: kind.inWords, count: await store.count(kind) });
  return counts;
}

function sumOf(counts: readonly CopiedCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}

/** How far the copy is; it begins now if none was begun. */
async function begun(
  target: CopyTargetPort,
  source: CopySourcePort,
  to: string,
): Promise<CopyProgress> {
  const openings = await source.openings();
  const name = openings.epochs.at(-1)?.epoch ?? '';
  const progress = await target.progress();
  if (progress !== undefined) return expectSameSource(progress, name, to);
  await expectEmpty(target, to);
  const first = { source: name, tables: 0, place: undefined };
  await target.begin(openings, first);
  return first;
}

function expectSameSource(progress: CopyProgress, name: string, to: string): CopyProgress {
  if (progress.source === name) return progress;
  throw new StoreUnavailable(
    `store: ${withoutPassword(to)} holds half a copy of another store, or a daemon has used the source since. ${NEEDS_EMPTY}`,
  );
}

async function expectEmpty(target: CopyTargetPort, to: string): Promise<void> {
  const found = (await countsOf(target)).filter(({ count }) => count > 0);
  if (found.length === 0) return;
  const inWords = found.map(({ inWords: kind, count }) => `${count} ${kind}`).join(', ');
  throw new StoreUnavailable(
    `store: ${withoutPassword(to)} holds data already (${inWords}), and nothing was changed. ${NEEDS_EMPTY}`,
  );
}

const NEEDS_EMPTY =
  'A copy needs an empty store: name a new file, or a new database (createdb). If it was copied before, start the daemon on it';

interface Both {
  readonly source: CopySourcePort;
  readonly target: CopyTargetPort;
}

async function copyFrom(
  { source: name, tables, place }: CopyProgress,
  both: Both,
  copied: (rows: number) => void,
): Promise<void> {
  let after = place;
  for (const [index, kind] of COPIED.entries()) {
    if (index < tables) continue;
    await copyKind(kind, { ...both, after, copied, progressAt: progressIn(name, index) });
    after = undefined;
  }
}

/** The progress after a page of that table. */
function progressIn(source: string, index: number) {
  return (end: string | undefined): CopyProgress => ({
    source,
    tables: end === undefined ? index + 1 : index,
    place: end,
  });
}

interface KindOrder extends Both {
  readonly after: string | undefined;
  readonly copied: (rows: number) => void;
  readonly progressAt: (end: string | undefined) => CopyProgress;
}

async function copyKind(kind: CopiedKind, order: KindOrder): Promise<void> {
  const { source, target, copied, progressAt } = order;
  let { after } = order;
  do {
    const { rows, end } = await source.page(kind, after, PAGE);
    await target.put(kind, rows, progressAt(end));
    copied(rows.length);
    after = end;
  } while (after !== undefined);
}

function expectSame(wanted: readonly CopiedCount[], found: readonly CopiedCount[]): void {
  const other = wanted.findIndex(({ count }, index) => found[index]?.count !== count);
  if (other === -1) return;
  const { inWords = '', count = 0 } = wanted[other] ?? {};
  throw new StoreUnavailable(
    `store: the copy holds ${found[other]?.count} ${inWords}, the source ${count}: somebody else has written. ${NEEDS_EMPTY}`,
  );
}

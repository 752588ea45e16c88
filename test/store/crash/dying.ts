import type { StoreAdapter, Work } from '../../../src/store/adapter.ts';
import type { Store } from '../../../src/store/store.ts';
import { storeOver } from '../../../src/store/store-over-adapter.ts';

/** Around its last commit: nothing of that work is kept yet, or all is and nobody was told. */
export type Moment = 'before the commit' | 'after the commit';

export interface Death {
  /** The number of its last transaction that writes, the first being 1. */
  readonly transaction: number;
  readonly moment: Moment;
}

/** Ends its process. Whoever is in the same process never hears of it again. */
export type Die = () => Promise<never>;

/** A store whose user dies at that moment. */
export function dyingStore(adapter: StoreAdapter, death: Death, die: Die): Store {
  let committed = 0;
  return storeOver({
    ...boundVerbs(adapter),
    write: async <Result>(work: Work<Result>): Promise<Result> => {
      const isLast = committed + 1 === death.transaction;
      if (isLast && death.moment === 'before the commit')
        return adapter.write(workAndDie(work, die));
      const result = await adapter.write(work);
      committed += 1;
      return isLast ? die() : result;
    },
  });
}

function workAndDie<Result>(work: Work<Result>, die: Die): Work<Result> {
  return async (transaction) => {
    await work(transaction);
    return die();
  };
}

function boundVerbs(adapter: StoreAdapter): StoreAdapter {
  return {
    write: (work) => adapter.write(work),
    read: (work) => adapter.read(work),
    room: () => adapter.room(),
    close: () => adapter.close(),
  };
}

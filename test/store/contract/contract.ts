import { beforeEach, describe, onTestFinished } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import type { Subject } from './acts.ts';
import { boundsContract } from './bounds.ts';
import { choicesAndAccountsContract } from './choices-and-accounts.ts';
import { choicesAndReceiptsContract } from './choices-and-receipts.ts';
import { contactsContract } from './contacts.ts';
import { conversationsContract } from './conversations.ts';
import { deletedAccountsContract } from './deleted-accounts.ts';
import { gapsContract } from './gaps.ts';
import { preferencesContract } from './preferences.ts';
import { pruningContract } from './pruning.ts';
import { questionAnswersContract } from './question-answers.ts';
import { questionsContract } from './questions.ts';
import { receiptsContract } from './receipts.ts';
import { recordsContract } from './records.ts';
import { sharingContract } from './sharing.ts';
import { ticksContract } from './ticks.ts';

/** One place where a store keeps things; opened as often as wanted, by several at once. */
export interface StorePlace {
  open(): Store;
  remove(): Promise<void>;
}

const CONTRACTS: readonly ((subject: Subject) => void)[] = [
  recordsContract,
  receiptsContract,
  conversationsContract,
  deletedAccountsContract,
  pruningContract,
  sharingContract,
  preferencesContract,
  choicesAndReceiptsContract,
  questionsContract,
  questionAnswersContract,
  ticksContract,
  choicesAndAccountsContract,
  boundsContract,
  contactsContract,
  gapsContract,
];

/** What every store must do, whichever database it is. */
export function storeContract(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name}:`, () => {
    let place: StorePlace;
    let store: Store;

    beforeEach(async () => {
      place = await makePlace();
      store = open();
      return () => place.remove();
    });

    function open(): Store {
      const opened = place.open();
      onTestFinished(() => opened.close());
      return opened;
    }

    for (const contract of CONTRACTS) contract({ current: () => store, open });
  });
}

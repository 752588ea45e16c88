import { beforeEach, describe, onTestFinished } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import type { Act } from '../crash/acts.ts';
import type { Death } from '../crash/dying.ts';
import type { Subject } from './acts.ts';
import { boundsContract } from './bounds.ts';
import { choicesAndAccountsContract } from './choices-and-accounts.ts';
import { choicesAndReceiptsContract } from './choices-and-receipts.ts';
import { contactsContract } from './contacts.ts';
import { conversationsContract } from './conversations.ts';
import { crashesContract } from './crashes.ts';
import { deletedAccountsContract } from './deleted-accounts.ts';
import { gapsContract } from './gaps.ts';
import { limitsContract } from './limits.ts';
import { preferencesContract } from './preferences.ts';
import { pruningContract } from './pruning.ts';
import { questionAnswersContract } from './question-answers.ts';
import { questionsContract } from './questions.ts';
import { racesContract } from './races.ts';
import { receiptsContract } from './receipts.ts';
import { recordsContract } from './records.ts';
import { sharingContract } from './sharing.ts';
import { surveyContract } from './survey.ts';
import { ticksContract } from './ticks.ts';
import { watchesContract } from './watches.ts';
import { wordsContract } from './words.ts';

/** One place where a store keeps things; opened as often as wanted, by several at once. */
export interface StorePlace {
  open(): Store;
  /** Somebody else uses it, and dies at that moment. Resolves when it is dead. */
  crash(act: Act, death: Death): Promise<void>;
  /** Somebody else writes batch after batch and is killed; answers how many it said were kept. */
  killWhileWriting(): Promise<number>;
  remove(): Promise<void>;
}

const CONTRACTS: readonly ((subject: Subject) => void)[] = [
  recordsContract,
  receiptsContract,
  conversationsContract,
  deletedAccountsContract,
  pruningContract,
  sharingContract,
  racesContract,
  crashesContract,
  preferencesContract,
  choicesAndReceiptsContract,
  questionsContract,
  questionAnswersContract,
  ticksContract,
  choicesAndAccountsContract,
  boundsContract,
  contactsContract,
  gapsContract,
  limitsContract,
  surveyContract,
  wordsContract,
  watchesContract,
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

    for (const contract of CONTRACTS) {
      contract({
        current: () => store,
        open,
        crash: (act, death) => place.crash(act, death),
        killWhileWriting: () => place.killWhileWriting(),
      });
    }
  });
}

import { storeContract } from './contract/contract.ts';
import { ACTS, type Act } from './crash/acts.ts';
import { type Death, dyingStore } from './crash/dying.ts';
import { MemoryPlace } from './memory/adapter.ts';

storeContract('a database in memory that answers late and refuses', async () => {
  const place = new MemoryPlace(1);
  return {
    open: () => place.open(),
    crash: async (act, death) => {
      await die(place, act, death);
    },
    killWhileWriting: () =>
      die(place, 'writes for ever', { transaction: 8, moment: 'before the commit' }),
    remove: async () => {},
  };
});

/** A connection that ends: what it had not committed is gone. Answers how often it said something. */
function die(place: MemoryPlace, act: Act, death: Death): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = 0;
    const store = dyingStore(place.connect(), death, () => {
      resolve(said);
      return new Promise(() => {});
    });
    const say = () => {
      said += 1;
    };
    ACTS[act](store, say).then(() => reject(new Error('it did not die')), reject);
  });
}

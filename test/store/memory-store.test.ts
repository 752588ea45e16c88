import { storeContract } from './contract/contract.ts';
import { MemoryPlace } from './memory/adapter.ts';

storeContract('a database in memory that answers late and refuses', async () => {
  const place = new MemoryPlace(1);
  return { open: () => place.open(), remove: async () => {} };
});

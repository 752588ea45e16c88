import { openSqliteStore } from './sqlite/store.ts';
import type { Store } from './store.ts';
import { StoreUnavailable } from './unavailable.ts';

const SCHEME = 'sqlite:';

/** Opens the store of that address, for instance `sqlite:./receipts.db`. Throws StoreUnavailable. */
export function openStore(address: string): Store {
  if (address.startsWith(SCHEME)) return openSqliteStore(address.slice(SCHEME.length));
  throw new StoreUnavailable(
    `store: expected an address that starts with ${SCHEME}, found "${address}"`,
  );
}

import { StoreUnavailable } from './store.ts';

const SCHEME = 'sqlite:';

/** The file of an address. Throws StoreUnavailable. */
export function pathIn(address: string): string {
  if (address.startsWith(SCHEME)) return address.slice(SCHEME.length);
  throw new StoreUnavailable(
    `store: expected an address that starts with ${SCHEME}, found "${address}": correct "store" in the settings`,
  );
}

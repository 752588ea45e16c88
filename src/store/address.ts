import { StoreUnavailable } from './store.ts';

const SQLITE = 'sqlite:';
const POSTGRES = /^postgres(ql)?:\/\//;

export function isPostgres(address: string): boolean {
  return POSTGRES.test(address);
}

/** The file of an address. Throws StoreUnavailable. */
export function pathIn(address: string): string {
  if (address.startsWith(SQLITE)) return address.slice(SQLITE.length);
  throw new StoreUnavailable(
    `store: expected an address that starts with ${SQLITE} or postgres://, found "${withoutPassword(address)}": correct "store" in the settings`,
  );
}

/** For people and logs. A password may hold an @ or a slash, although it should be escaped. */
export function withoutPassword(address: string): string {
  return address
    .replace(/^(\w+:\/\/[^:@/]*):.*@/s, '$1:…@')
    .replace(/([?&](?:ssl)?password=)[^&]*/gi, '$1…');
}

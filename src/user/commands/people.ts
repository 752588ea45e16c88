import type { BareJid } from '../../message/jid.ts';
import type { RecordStore } from '../../store/record-store.ts';
import type { Reply } from './reply.ts';

/** Who is meant by a name. */
export type Called<Address extends string> =
  | { readonly kind: 'one'; readonly address: Address }
  | { readonly kind: 'several'; readonly addresses: readonly Address[] }
  | { readonly kind: 'nobody' };

/** A shorter beginning is more probably a word, or a slip. */
const SHORTEST_BEGINNING = 2;

/**
 * By the address, by what stands before its @, or by the beginning of that; an occupant of a room by
 * the nickname. Who is called exactly so goes before others: "bob" is not bobby, where there is a
 * bob.
 */
export function personCalled<Address extends string>(
  name: string,
  addresses: readonly Address[],
): Called<Address> {
  const people = [...new Set(addresses)];
  const ways = [
    people.filter((address) => address === name),
    people.filter((address) => nameOf(address) === name),
    isBeginning(name) ? people.filter((address) => nameOf(address).startsWith(name)) : [],
  ];
  const fitting = ways.find((found) => found.length > 0) ?? [];
  const [address, ...others] = fitting;
  if (address === undefined) return { kind: 'nobody' };
  return others.length === 0 ? { kind: 'one', address } : { kind: 'several', addresses: fitting };
}

function isBeginning(name: string): boolean {
  return [...name].length >= SHORTEST_BEGINNING;
}

function nameOf(address: string): string {
  const slash = address.indexOf('/');
  return slash < 0 ? (address.split('@')[0] ?? '') : address.slice(slash + 1).toLowerCase();
}

/** So many of the people who fit are named. */
const MOST_NAMED = 10;

export function whichPerson({ addresses }: Extract<Called<string>, { kind: 'several' }>): Reply {
  return { kind: 'which-person', people: addresses.slice(0, MOST_NAMED) };
}

/** A name is looked for among the recipients of so many of the sender's newest messages. */
const LOOKED_THROUGH = 50;

export async function writtenToBy(
  sender: BareJid,
  records: Pick<RecordStore, 'latest'>,
): Promise<readonly BareJid[]> {
  const messages = await records.latest(sender, undefined, LOOKED_THROUGH);
  return messages.map(({ tracked }) => tracked.key.recipient);
}

/** What may have happened to a store before it is ours, and an operator wants to hear of. */
export type StoreNews =
  /** Its tables are brought up to date now, which may take long. */
  'has older tables' | RestoredNews;

/** A database was made anew from a dump; what waited in it is settled. */
export type RestoredNews =
  /** An older state: daemons went on after it. */
  | 'was put back'
  /** No daemon ran meanwhile. */
  | 'was moved';

export type StoreNewsTeller = (news: StoreNews) => void;

export const TELL_NOBODY: StoreNewsTeller = () => {};

/** A migration. */
export const COPYING_TABLE = `
  CREATE TABLE copying (       -- one row while a copy into this store is not whole
    one INTEGER PRIMARY KEY,
    source TEXT NOT NULL,      -- the last epoch of the store that is copied
    tables INTEGER NOT NULL,   -- how many are whole
    place TEXT                 -- where the next page begins
  );
  `;

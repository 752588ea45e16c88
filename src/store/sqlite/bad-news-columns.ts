/** A migration; never edited. */
export const BAD_NEWS_COLUMNS = `
  -- Stamps by our own clock: when the last words of that kind about the contact leave.
  ALTER TABLE mentions ADD COLUMN failed INTEGER;
  ALTER TABLE mentions ADD COLUMN lost INTEGER;
  ALTER TABLE mentions ADD COLUMN expired INTEGER;
  `;

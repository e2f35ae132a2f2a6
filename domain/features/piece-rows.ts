/** Rows that features are computed over at once: few enough that a column and what it is made of stay in the cache. */
export const PIECE_ROWS = 2_048;

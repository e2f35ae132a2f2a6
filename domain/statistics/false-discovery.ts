/**
 * Benjamini and Hochberg's adjusted p values: what is called a discovery where its own lies at or below 5 % is a false one
 * in 5 % of the cases on average, however many tests there were. Holds for tests that are independent or hang together
 * positively (Benjamini & Yekutieli 2001), which those of features made of the same prices mostly do.
 *
 * @param pValues of the tests in any order; null where a test was not possible, which is left out of their number
 * @returns one for each, in the same order: the smallest false discovery rate at which it counts as one
 */
export function adjustedPValues(pValues: readonly (number | null)[]): readonly (number | null)[] {
  const ranked = pValues
    .flatMap((pValue, place) => (pValue === null ? [] : [{ pValue, place }]))
    .sort((a, b) => a.pValue - b.pValue);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let least = 1;
  for (let rank = ranked.length; rank >= 1; rank -= 1) {
    const own = ranked[rank - 1];
    if (own === undefined) continue;
    least = Math.min(least, (own.pValue * ranked.length) / rank);
    adjusted[own.place] = least;
  }
  return adjusted;
}

/**
 * Which backtest path each tested row belongs to, fold by fold: the row's j-th fold (in the order given) gives path j its
 * forecast of it. Where every row is tested once, all is path 0.
 *
 * `testRows` holds the tested rows of each fold, folds in their order. Since a fold of CPCV tests whole groups, and every
 * group is tested by as many folds, each path comes out with each group once.
 *
 * Source: López de Prado, Advances in Financial Machine Learning (2018), ch. 12.4.
 */
export function pathsOfRows(testRows: readonly Int32Array[]): readonly Int32Array[] {
  const last = testRows.reduce((highest, rows) => rows.reduce((most, row) => Math.max(most, row), highest), -1);
  const seen = new Int32Array(last + 1);
  return testRows.map((rows) =>
    rows.map((row) => {
      const path = seen[row] ?? 0;
      seen[row] = path + 1;
      return path;
    }),
  );
}

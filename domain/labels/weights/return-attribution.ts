import { concurrency, prefixSums, sumBetween, type LabelSpans } from './concurrency';

/** Prices of every bar of the series. */
export interface BarPrices {
  readonly open: Float64Array;
  readonly close: Float64Array;
}

/**
 * What each label has of the market's moves: the size of the sum, over the bars in which it is alive, of the bar's log
 * return shared among the labels alive there. The entry bar counts from its open, where the position is taken, every other
 * bar from the close before it. A label that lived through nothing, or through moves that others shared, weighs little.
 *
 * Example: rows 0, 1, 2 that end at bars 2, 2, 4. Bars 1 to 4 open where the one before closed and return 0.02, −0.01, 0,
 * 0.03: |0.02 − 0.01 / 2| = 0.015, |−0.01 / 2| = 0.005 and |0 + 0.03| = 0.03.
 *
 * Time is linear in bars and labels. Source: López de Prado (2018), ch. 4.6.
 */
export function returnAttribution(
  spans: LabelSpans,
  { open, close }: BarPrices,
  alive = concurrency(spans),
): Float64Array {
  const { firstBar, values } = alive;
  const shared = (move: number, bar: number): number => move / (values[bar - firstBar] ?? 1);
  const logReturn = (from: number | undefined, to: number | undefined): number => Math.log((to ?? NaN) / (from ?? NaN));
  const sums = prefixSums(values.length, (i) => {
    const bar = firstBar + i;
    // Bars that no label lives in are in no sum that is asked for; a share of them would be a division by zero.
    return values[i] === 0 ? 0 : shared(logReturn(close[bar - 1], close[bar]), bar);
  });
  return Float64Array.from(spans.rows, (row, i) => {
    const entryBar = row + 1;
    const afterEntry = sumBetween(sums, entryBar + 1 - firstBar, (spans.ends[i] ?? 0) + 1 - firstBar);
    return Math.abs(shared(logReturn(open[entryBar], close[entryBar]), entryBar) + afterEntry);
  });
}

/**
 * When the labels of some rows were alive. Label i belongs to bar `rows[i]` and its position is open in the bars
 * `rows[i] + 1 … ends[i]`, from the entry bar to the bar that decided it; rows ascend, every end lies behind its row.
 */
export interface LabelSpans {
  readonly rows: Int32Array;
  readonly ends: Int32Array;
}

/** A number for each bar from `firstBar` on. */
export interface BarSeries<T extends Float64Array | Int32Array> {
  readonly firstBar: number;
  readonly values: T;
}

/**
 * How many labels are alive in each bar, from the first entry bar to the last deciding one.
 *
 * The book counts the event's bar too, for its position opens at that bar's close; here it opens with the next bar.
 *
 * Example: rows 0, 1, 2 that end at bars 2, 2, 4 are alive in bars 1–2, 2 and 3–4: bars 1 to 4 have 1, 2, 1, 1.
 *
 * Time is linear in bars and labels. Source: López de Prado, Advances in Financial Machine Learning (2018), ch. 4.3.
 */
export function concurrency({ rows, ends }: LabelSpans): BarSeries<Int32Array> {
  const firstBar = (rows[0] ?? 0) + 1;
  let lastBar = firstBar - 1;
  for (let i = 0; i < ends.length; i += 1) {
    const end = ends[i] ?? 0;
    if (end > lastBar) lastBar = end;
  }
  const changes = new Int32Array(lastBar - firstBar + 2);
  for (let i = 0; i < rows.length; i += 1) {
    const from = (rows[i] ?? 0) + 1 - firstBar;
    const after = (ends[i] ?? 0) + 1 - firstBar;
    changes[from] = (changes[from] ?? 0) + 1;
    changes[after] = (changes[after] ?? 0) - 1;
  }
  const values = changes.subarray(0, -1);
  let alive = 0;
  for (let bar = 0; bar < values.length; bar += 1) {
    alive += values[bar] ?? 0;
    values[bar] = alive;
  }
  return { firstBar, values };
}

/**
 * How far each label stands alone: the mean, over the bars in which it is alive, of one over the labels alive there. 1 for
 * a label that overlaps none, and near 1 / n among n that say the same.
 *
 * Example: rows 0, 1, 2 that end at bars 2, 2, 4 give (1 + 1/2) / 2 = 0.75, 0.5 and 1.
 *
 * Time is linear in bars and labels (prefix sums). Source: López de Prado (2018), ch. 4.4.
 */
export function averageUniqueness({ rows, ends }: LabelSpans, alive = concurrency({ rows, ends })): Float64Array {
  const { firstBar, values } = alive;
  const shares = new Float64Array(values.length + 1);
  let sum = 0;
  for (let bar = 0; bar < values.length; bar += 1) {
    const count = values[bar] ?? 0;
    // Bars that nobody lives in are in no sum that is asked for; their share would be infinite.
    if (count > 0) sum += 1 / count;
    shares[bar + 1] = sum;
  }
  const uniqueness = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] ?? 0;
    const end = ends[i] ?? 0;
    uniqueness[i] = ((shares[end + 1 - firstBar] ?? NaN) - (shares[row + 1 - firstBar] ?? NaN)) / (end - row);
  }
  return uniqueness;
}

/** `sums[k]` is the sum of the first k values. */
export function prefixSums(length: number, valueAt: (index: number) => number): Float64Array {
  const sums = new Float64Array(length + 1);
  for (let i = 0; i < length; i += 1) sums[i + 1] = (sums[i] ?? 0) + valueAt(i);
  return sums;
}

/** The sum of the values from `from` up to, not with, `to`. */
export function sumBetween(sums: Float64Array, from: number, to: number): number {
  return (sums[to] ?? NaN) - (sums[from] ?? NaN);
}

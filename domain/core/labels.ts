/**
 * What happened after the entry that follows bar t: the lower barrier was touched first (-1), neither was until the
 * vertical barrier (0), the upper was (1); both inside one bar, so the order is unknown (2); the series ended before the
 * label could settle (3); no barrier could be set because the volatility is not known yet (4).
 */
export const LABEL_OUTCOMES = { down: -1, timeout: 0, up: 1, ambiguous: 2, unsettled: 3, unusable: 4 } as const;
export type LabelOutcome = (typeof LABEL_OUTCOMES)[keyof typeof LABEL_OUTCOMES];

/**
 * Triple-barrier labels of one horizon, one row for every bar, aligned with the bars by row number.
 *
 * A label's interval is [t0, t1]: `time` (t0) is the close of bar t, `t1` the close of the bar that decided it. Entry is
 * the open of bar t + 1. NaN and -1 stand where there is no value.
 */
export interface LabelColumns {
  /** t0: close instant of bar t, epoch milliseconds. */
  readonly time: Float64Array;
  /** Close instant of the bar that decided the label; NaN where nothing was decided. */
  readonly t1: Float64Array;
  /** Row number of that bar; -1 where nothing was decided. */
  readonly t1Row: Int32Array;
  /** One of LABEL_OUTCOMES. */
  readonly outcome: Int8Array;
  /** Class index (see classes.ts) after the time-out rule; NO_CLASS where the row must not be trained on. */
  readonly classIndex: Int8Array;
  readonly entry: Float64Array;
  readonly exit: Float64Array;
  /** ATR at bar t, in price units: what the barrier distances are multiples of. */
  readonly atr: Float64Array;
  /** (exit - entry) / atr: the regression target. */
  readonly returnAtr: Float64Array;
}

/** Average uniqueness of labels (López de Prado 2018, ch. 4.4) over the time of a series; each in (0, 1]. */
export interface UniquenessOverTime {
  /** Over all labels. */
  readonly mean: number;
  /** UTC midnight that the first stretch starts at. */
  readonly fromMs: number;
  /** Days of a stretch; all are equally long. */
  readonly days: number;
  /** Labels of each stretch, and their mean; null where there are none. */
  readonly labels: readonly number[];
  readonly means: readonly (number | null)[];
}

/** Labels of one horizon with the ends of a long and a short position entered at each row; a tie is the stop of both. */
export interface SidedLabelColumns extends LabelColumns {
  readonly exitLong: Float64Array;
  readonly t1RowLong: Int32Array;
  readonly exitShort: Float64Array;
  readonly t1RowShort: Int32Array;
}

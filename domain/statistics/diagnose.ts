import { adfTest } from './adf';
import { cusumOfSquares, supFBreak, type BreakTest } from './breaks';
import { createDailyMeans } from './daily-means';
import { meanOf } from './mean';

/** More say no more, and cost time; the newest are taken, which are most like what follows. */
const MOST_ADF_ROWS = 20_000;
/** Fewer values of a series are not tested. */
const LEAST_VALUES = 100;

/** A unit root, tested. */
export interface UnitRootFound {
  /** The augmented Dickey–Fuller statistic with a constant; small p: the series is stationary. */
  readonly statistic: number;
  readonly pValue: number;
  readonly lags: number;
}

/** The likeliest break, and how sure it is one. */
export interface BreakFound {
  readonly statistic: number;
  readonly pValue: number;
  /** Instant of the first value behind it. */
  readonly atMs: number;
  /**
   * How large it is: of the mean, what the values behind it lie higher, in standard deviations of all that were tested; of
   * the variance, the standard deviation behind it over the one before.
   */
  readonly size: number;
}

export interface SeriesDiagnosis {
  /** Values that the unit root was tested on. */
  readonly rows: number;
  readonly unitRoot: UnitRootFound | null;
  /** Of the mean, sup-F. */
  readonly meanBreak: BreakFound | null;
  /** Of the variance, CUSUM of squares; null for a feature. */
  readonly varianceBreak: BreakFound | null;
  /** Why nothing was tested. */
  readonly untested: 'constant' | 'short' | null;
}

/** Takes a feature on the first training part in time order, in pieces of any length. */
export interface FeatureDiagnoser {
  push(time: Float64Array, values: Float64Array): void;
  end(): SeriesDiagnosis;
}

/**
 * A feature on the first training part: a unit root on its bars, the newest 20 000 at most, and a break of its mean on its
 * daily means, which forget sooner than its bars do. Rows without a value are left out, those of the warm-up mostly.
 */
export function createFeatureDiagnoser(): FeatureDiagnoser {
  const days = createDailyMeans();
  let recent = new Float64Array(0);
  return {
    push: (time, values) => {
      days.push(time, values);
      recent = newest([recent, values.filter(Number.isFinite)]);
    },
    end: () => {
      const untested = whyUntested(recent);
      if (untested !== null) return nothing(recent.length, untested);
      const { time, mean } = days.end();
      const meanBreak = meanBreakOf(mean, time);
      return { rows: recent.length, unitRoot: unitRootOf(recent), meanBreak, varianceBreak: null, untested: null };
    },
  };
}

/** The last of them behind one another, as many as are tested. */
function newest(pieces: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const joined = new Float64Array(Math.min(length, MOST_ADF_ROWS));
  let end = joined.length;
  for (const piece of [...pieces].reverse()) {
    const taken = piece.subarray(Math.max(0, piece.length - end));
    joined.set(taken, end - taken.length);
    end -= taken.length;
  }
  return joined;
}

/**
 * A target on the first training part: outcomes that share no bar, in time order. Tested for a unit root and for a break of
 * mean and of variance; the values that are not finite are left out.
 */
export function diagnoseTarget(time: Float64Array, outcomes: Float64Array): SeriesDiagnosis {
  const known = [...outcomes.keys()].filter((i) => Number.isFinite(outcomes[i]));
  const values = Float64Array.from(known, (i) => outcomes[i] ?? NaN);
  const at = Float64Array.from(known, (i) => time[i] ?? NaN);
  const untested = whyUntested(values);
  if (untested !== null) return nothing(values.length, untested);
  return {
    rows: values.length,
    unitRoot: unitRootOf(newest([values])),
    meanBreak: meanBreakOf(values, at),
    varianceBreak: varianceBreakOf(values, at),
    untested: null,
  };
}

function whyUntested(values: Float64Array): SeriesDiagnosis['untested'] {
  if (values.length < LEAST_VALUES) return 'short';
  return values.every((value) => value === values[0]) ? 'constant' : null;
}

function nothing(rows: number, untested: SeriesDiagnosis['untested']): SeriesDiagnosis {
  return { rows, unitRoot: null, meanBreak: null, varianceBreak: null, untested };
}

function unitRootOf(values: Float64Array): UnitRootFound | null {
  const found = adfTest(values);
  return found === null ? null : { statistic: found.statistic, pValue: found.pValue, lags: found.lags };
}

function meanBreakOf(values: Float64Array, time: Float64Array): BreakFound | null {
  const found = supFBreak(values, { lags: 'byMemory' });
  if (found === null) return null;
  const [before, after] = [values.subarray(0, found.at), values.subarray(found.at)];
  return placed(found, time, (meanOf(after) - meanOf(before)) / deviationOf(values));
}

function varianceBreakOf(values: Float64Array, time: Float64Array): BreakFound | null {
  const mean = meanOf(values);
  const centred = values.map((value) => value - mean);
  const found = cusumOfSquares(centred, { lags: 'byMemory' });
  if (found === null) return null;
  return placed(found, time, deviationOf(values.subarray(found.at)) / deviationOf(values.subarray(0, found.at)));
}

/** A size is infinite where all before it are alike; JSON has no such number. */
function placed({ statistic, pValue, at }: BreakTest, time: Float64Array, size: number): BreakFound {
  return { statistic, pValue, atMs: time[at] ?? time.at(-1) ?? NaN, size: Number.isFinite(size) ? size : 0 };
}

function deviationOf(values: Float64Array): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}

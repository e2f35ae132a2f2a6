import { bootstrapSums, meanBlockRows, percentileInterval } from '../core/bootstrap';
import { deriveSeed, randomFromSeed } from '../core/random';
import type { GateEvidence } from './evidence';
import type { GateCheck } from './gate';

/** Enough for the ends of a 95 % interval to stand within a few percent of their distance. */
const RESAMPLES = 1_000;

/**
 * The 95 % interval of the challenger's mean log loss minus the champion's, by the stationary bootstrap of the row
 * differences (Politis & Romano 1994) with blocks of twice the label's length. The same losses give the same interval.
 * null with no more rows than a label has bars, and where a loss is not a number.
 */
export function lossDifferenceInterval({
  champion,
  challenger,
  spanBars,
  rows,
}: Pick<GateEvidence, 'champion' | 'challenger' | 'spanBars' | 'rows'>): {
  readonly low: number;
  readonly high: number;
} | null {
  const data = Float64Array.from(challenger.losses, (loss, i) => loss - (champion.losses[i] ?? NaN));
  if (rows <= Math.max(1, spanBars) || !data.every(Number.isFinite)) return null;
  const settings = { samples: RESAMPLES, meanBlockRows: meanBlockRows(rows, spanBars) };
  const random = randomFromSeed(deriveSeed(rows, 'difference interval', spanBars));
  const means = bootstrapSums({ data, rows, columns: 1 }, settings, random, (sums) => (sums[0] ?? NaN) / rows);
  return percentileInterval(means);
}

/**
 * Without a limit the interval must not lie above 0 as a whole. With `maxRise` its upper end must not lie above that: the
 * challenger is then shown not to be worse by more (non-inferiority), which few rows cannot show.
 */
export function differenceInterval(maxRise: number | null): GateCheck {
  return {
    name: 'difference-interval',
    run: (evidence) => {
      const interval = lossDifferenceInterval(evidence);
      if (interval === null) {
        const sentence = `${String(evidence.rows)} common rows are too few for an interval of labels of ${String(evidence.spanBars)} bars: nothing was shown`;
        return { passed: false, sentence, measured: null, wanted: maxRise };
      }
      const { low, high } = interval;
      const said = `mean log loss differs by ${signed(low)} to ${signed(high)} with 95 % (above zero: the challenger is worse)`;
      return maxRise === null
        ? { passed: low <= 0, sentence: `${said}; refused where all of it lies above 0`, measured: low, wanted: 0 }
        : {
            passed: high <= maxRise,
            sentence: `${said}; its upper end may be ${maxRise.toFixed(4)} at most`,
            measured: high,
            wanted: maxRise,
          };
    },
  };
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(4)}`;
}

import { RootOfMean } from '../columns';
import type { FeatureDeclaration } from '../declaration';
import { HurstExponent, VarianceRatio } from '../indicators/return-path';
import { RollingMean } from '../indicators/rolling-mean';
import { RollingRank } from '../indicators/rolling-rank';
import { Scratch } from '../indicators/scratch';
import { at } from '../numeric';
import { baseFeature, closeFeature, type Named } from './declare';

/** Bars after which the age of a trend no longer counts. */
const OLDEST_TREND = 100;

/** Which kind of market this is, against the last 180 bars at most and never against the whole series. */
export const REGIME_FEATURES: readonly FeatureDeclaration[] = [
  baseFeature(
    'regime',
    'window',
    ['close'],
    {
      name: 'volatilityRank180',
      firstBar: 199,
      definition: 'rank of realised volatility over 20 bars among its last 180 values, 0 to 1, ties halved',
      source: 'ours',
    },
    ({ squaredReturns20 }) => {
      const [root, rank] = [new RootOfMean(20), new RollingRank(180)];
      return (bars) => rank.fill(root.fill(squaredReturns20(bars)));
    },
  ),
  baseFeature(
    'regime',
    'window',
    ['volume'],
    {
      name: 'volumeRank180',
      firstBar: 179,
      definition: 'rank of volume among its last 180 values, 0 to 1, ties halved; 0.5 in a series without volume',
      source: 'ours',
    },
    () => {
      const rank = new RollingRank(180);
      return ({ volume }) => rank.fill(volume);
    },
  ),
  closeFeature(
    'regime',
    'window',
    {
      name: 'trendSign20To100',
      firstBar: 99,
      definition: 'sign of SMA(20) − SMA(100): −1, 0 or 1',
      source: 'TA-Lib SMA; Brock, Lakonishok, LeBaron 1992',
    },
    () => {
      const [short, long] = [new RollingMean(20), new RollingMean(100)];
      return {
        fill: (close) => {
          const [recent, usual] = [short.fill(close), long.fill(close)];
          for (let i = 0; i < usual.length; i += 1) usual[i] = signOf(at(recent, i) - at(usual, i));
          return usual;
        },
      };
    },
  ),
  closeFeature(
    'regime',
    'window',
    {
      name: 'trendAge50',
      firstBar: 149,
      definition: 'bars since the close last crossed SMA(50), at most 100, as a share of 100',
      source: 'ours',
    },
    createTrendAge,
  ),
  ofReturns(
    {
      name: 'varianceRatio5In100',
      firstBar: 100,
      definition:
        'variance of 5-bar log returns / 5 × that of one-bar ones over 100 bars: 1 for a random walk; NaN where nothing moved',
      source: 'Lo, MacKinlay 1988',
    },
    () => new VarianceRatio(5, 100),
  ),
  ofReturns(
    {
      name: 'hurst100',
      firstBar: 100,
      definition: 'generalised Hurst exponent of order 2 from lags of 1 to 16 bars in 100; NaN where nothing moved',
      source: 'Di Matteo 2007',
    },
    () => new HurstExponent(100),
  ),
];

function ofReturns(named: Named, build: () => { fill(returns: Float64Array): Float64Array }): FeatureDeclaration {
  return baseFeature('regime', 'window', ['close'], named, ({ logReturn }) => {
    const indicator = build();
    return (bars) => indicator.fill(logReturn(bars));
  });
}

function createTrendAge(): { fill(close: Float64Array): Float64Array } {
  const average = new RollingMean(50);
  const scratch = new Scratch();
  let side = NaN;
  let age = 0;
  let known = 0;
  return {
    fill: (close) => {
      const averages = average.fill(close);
      const ages = scratch.of(close.length);
      for (let i = 0; i < ages.length; i += 1) {
        const next = signOf(at(close, i) - at(averages, i));
        known = Number.isNaN(next) ? 0 : known + 1;
        age = next === side ? Math.min(age + 1, OLDEST_TREND) : 0;
        side = next;
        ages[i] = known > OLDEST_TREND ? age / OLDEST_TREND : NaN;
      }
      return ages;
    },
  };
}

/** −1, 0 or 1, never −0; NaN stays. */
function signOf(value: number): number {
  return value === 0 ? 0 : Math.sign(value);
}

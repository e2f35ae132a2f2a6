import type { FeatureDeclaration } from '../declaration';
import { SimpleAverage } from '../indicators/moving-average';
import { RealisedVolatility } from '../indicators/realised-volatility';
import { ReturnPath } from '../indicators/return-path';
import { RollingRank } from '../indicators/rolling-rank';
import { at } from '../numeric';
import { baseFeature, closeFeature } from './declare';

/** Bars after which the age of a trend no longer counts. */
const OLDEST_TREND = 100;

/** Which kind of market this is, against the last 180 bars at most and never against the whole series. */
export const REGIME_FEATURES: readonly FeatureDeclaration[] = [
  closeFeature(
    'regime',
    'window',
    {
      name: 'volatilityRank180',
      firstBar: 199,
      definition: 'rank of realised volatility over 20 bars among its last 180 values, 0 to 1, ties halved',
      source: 'ours',
    },
    () => {
      const volatility = new RealisedVolatility(20);
      const rank = new RollingRank(180);
      let bars = 0;
      return {
        push: (close) => {
          const value = volatility.push(close);
          bars += 1;
          return bars > 20 ? rank.push(value) : NaN;
        },
      };
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
      return { push: (bars, row) => rank.push(at(bars.volume, row)) };
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
      const short = new SimpleAverage(20);
      const long = new SimpleAverage(100);
      return { push: (close) => signOf(short.push(close) - long.push(close)) };
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
    trendAge,
  ),
  closeFeature(
    'regime',
    'window',
    {
      name: 'varianceRatio5In100',
      firstBar: 100,
      definition:
        'variance of 5-bar log returns / 5 × that of one-bar ones over 100 bars: 1 for a random walk; NaN where nothing moved',
      source: 'Lo, MacKinlay 1988',
    },
    () => {
      const path = new ReturnPath(100);
      return { push: (close) => (path.push(close) ? path.varianceRatio(5) : NaN) };
    },
  ),
  closeFeature(
    'regime',
    'window',
    {
      name: 'hurst100',
      firstBar: 100,
      definition: 'generalised Hurst exponent of order 2 from lags of 1 to 16 bars in 100; NaN where nothing moved',
      source: 'Di Matteo 2007',
    },
    () => {
      const path = new ReturnPath(100);
      return { push: (close) => (path.push(close) ? path.hurst() : NaN) };
    },
  ),
];

function trendAge(): { push(close: number): number } {
  const average = new SimpleAverage(50);
  let side = NaN;
  let age = 0;
  let known = 0;
  return {
    push: (close) => {
      const next = signOf(close - average.push(close));
      known = Number.isNaN(next) ? 0 : known + 1;
      age = next === side ? Math.min(age + 1, OLDEST_TREND) : 0;
      side = next;
      return known > OLDEST_TREND ? age / OLDEST_TREND : NaN;
    },
  };
}

/** −1, 0 or 1, never −0; NaN stays. */
function signOf(value: number): number {
  return value === 0 ? 0 : Math.sign(value);
}

import type { FeatureDeclaration } from '../declaration';
import { AverageTrueRange } from '../indicators/average-true-range';
import { PairedWindow } from '../indicators/correlation';
import { RollingWindow } from '../indicators/rolling-window';
import {
  accumulation,
  AveragePriceDistance,
  FlowShare,
  FlowSlope,
  IlliquidityRatio,
  MoneyFlow,
  SignedVolume,
} from '../indicators/volume-flow';
import { at, logReturn, perAtr } from '../numeric';
import { baseFeature } from './declare';

/**
 * What volume says beside the price. Many series have none (currencies, indices): there each of these has the constant that
 * its definition names and never NaN, or no row of such a series would be complete.
 */
export const VOLUME_FEATURES: readonly FeatureDeclaration[] = [
  ofVolume(
    'volumeRatio20',
    19,
    'volume / SMA(20) of volume, this bar included; 1 where 20 bars had no volume',
    'TA-Lib SMA',
    () => {
      const window = new RollingWindow(20);
      return (volume) => {
        if (!window.push(volume)) return NaN;
        const usual = window.mean();
        return usual === 0 ? 1 : volume / usual;
      };
    },
  ),
  ofVolume(
    'volumeZScore60',
    59,
    '(volume − SMA(60) of volume) / its standard deviation; 0 where volume did not vary',
    'ours',
    () => {
      const window = new RollingWindow(60);
      return (volume) => {
        if (!window.push(volume)) return NaN;
        const deviation = window.deviation();
        return deviation === 0 ? 0 : (volume - window.mean()) / deviation;
      };
    },
  ),
  baseFeature(
    'volume',
    'window',
    ['close', 'volume'],
    {
      name: 'obvSlope20',
      firstBar: 19,
      definition: 'LINEARREG_SLOPE(20) of OBV / SMA(20) of volume; 0 where 20 bars had no volume',
      source: 'TA-Lib OBV, LINEARREG_SLOPE; Granville 1963',
    },
    () => {
      const signed = new SignedVolume();
      const slope = new FlowSlope(20);
      return {
        push: (bars, row) => {
          const volume = at(bars.volume, row);
          return slope.push(signed.push(at(bars.close, row), volume), volume);
        },
      };
    },
  ),
  accumulationFeature(
    'accumulationSlope20',
    'LINEARREG_SLOPE(20) of AD / SMA(20) of volume; 0 where 20 bars had no volume',
    'TA-Lib AD, LINEARREG_SLOPE; Chaikin',
    () => new FlowSlope(20),
  ),
  accumulationFeature(
    'chaikinMoneyFlow20',
    'sum of the steps of AD / sum of volume over 20 bars, −1 to 1; 0 where they had no volume',
    'Chaikin; TA-Lib AD',
    () => new FlowShare(20),
  ),
  baseFeature(
    'volume',
    'window',
    ['high', 'low', 'close', 'volume'],
    {
      name: 'moneyFlow14',
      firstBar: 14,
      definition: 'MFI(14), 0 to 100; 0 where no money flowed, so everywhere in a series without volume',
      source: 'TA-Lib MFI; Quong, Soudack 1989',
    },
    () => {
      const flow = new MoneyFlow(14);
      return {
        push: (bars, row) =>
          flow.push(at(bars.high, row), at(bars.low, row), at(bars.close, row), at(bars.volume, row)),
      };
    },
  ),
  baseFeature(
    'volume',
    'decaying',
    ['high', 'low', 'close', 'volume'],
    {
      name: 'averagePriceDistance20',
      firstBar: 19,
      definition:
        '(close − volume-weighted mean of 20 typical prices) / ATR(14), equal weights where there was no volume; NaN where nothing moves',
      source: 'Berkowitz, Logue, Noser 1988 (VWAP); TA-Lib ATR',
    },
    () => {
      const distance = new AveragePriceDistance(20);
      const atr = new AverageTrueRange(14);
      return {
        push: (bars, row) => {
          const [high, low, close] = [at(bars.high, row), at(bars.low, row), at(bars.close, row)];
          return perAtr(distance.push(high, low, close, at(bars.volume, row)), atr.push(high, low, close), close);
        },
      };
    },
  ),
  baseFeature(
    'volume',
    'window',
    ['close', 'volume'],
    {
      name: 'closeVolumeCorrelation20',
      firstBar: 19,
      definition: 'CORREL(20) of close and volume, −1 to 1; 0 where one of them did not vary',
      source: 'TA-Lib CORREL',
    },
    () => {
      const pair = new PairedWindow(20);
      return {
        push: (bars, row) => (pair.push(at(bars.close, row), at(bars.volume, row)) ? pair.correlation() : NaN),
      };
    },
  ),
  baseFeature(
    'volume',
    'window',
    ['close', 'volume'],
    {
      name: 'illiquidityRatio20To100',
      firstBar: 100,
      definition:
        'mean of |log return| / (close × volume) over 20 bars / over 100, bars without volume left out; 1 where none had any or nothing moved',
      source: 'Amihud 2002',
    },
    () => {
      const ratio = new IlliquidityRatio(20, 100);
      let previousClose = NaN;
      let started = false;
      return {
        push: (bars, row) => {
          const close = at(bars.close, row);
          const move = Math.abs(logReturn(previousClose, close));
          previousClose = close;
          if (started) return ratio.push(move, close * at(bars.volume, row));
          started = true;
          return NaN;
        },
      };
    },
  ),
];

function ofVolume(
  name: string,
  firstBar: number,
  definition: string,
  source: string,
  build: () => (volume: number) => number,
): FeatureDeclaration {
  return baseFeature('volume', 'window', ['volume'], { name, firstBar, definition, source }, () => {
    const next = build();
    return { push: (bars, row) => next(at(bars.volume, row)) };
  });
}

function accumulationFeature(
  name: string,
  definition: string,
  source: string,
  build: () => { push(flow: number, volume: number): number },
): FeatureDeclaration {
  return baseFeature(
    'volume',
    'window',
    ['high', 'low', 'close', 'volume'],
    { name, firstBar: 19, definition, source },
    () => {
      const sum = build();
      return {
        push: (bars, row) => {
          const volume = at(bars.volume, row);
          return sum.push(accumulation(at(bars.high, row), at(bars.low, row), at(bars.close, row), volume), volume);
        },
      };
    },
  );
}

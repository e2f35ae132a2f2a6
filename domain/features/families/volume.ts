import { PerAtr } from '../columns';
import type { FeatureDeclaration } from '../declaration';
import { PairedWindow } from '../indicators/correlation';
import { IlliquidityRatio } from '../indicators/illiquidity';
import { RollingMoments } from '../indicators/rolling-moments';
import { Scratch } from '../indicators/scratch';
import { AveragePriceDistance, FlowShare, FlowSlope, MoneyFlow, SignedVolume } from '../indicators/volume-flow';
import { at } from '../numeric';
import { baseFeature } from './declare';

/**
 * What volume says beside the price. Many series have none (currencies, indices): there each of these has the constant that
 * its definition names and never NaN, or no row of such a series would be complete.
 */
export const VOLUME_FEATURES: readonly FeatureDeclaration[] = [
  ofVolume(
    'volumeRatio20',
    19,
    ['volume'],
    'volume / SMA(20) of volume, this bar included; 1 where 20 bars had no volume',
    'TA-Lib SMA',
    ({ meanVolume20 }) => {
      const scratch = new Scratch();
      return (bars) => {
        const means = meanVolume20(bars);
        const ratios = scratch.of(means.length);
        for (let i = 0; i < ratios.length; i += 1) {
          const usual = at(means, i);
          ratios[i] = usual === 0 ? 1 : at(bars.volume, i) / usual;
        }
        return ratios;
      };
    },
  ),
  ofVolume(
    'volumeZScore60',
    59,
    ['volume'],
    '(volume − SMA(60) of volume) / its standard deviation; 0 where volume did not vary',
    'ours',
    () => {
      const [moments, scratch] = [new RollingMoments(60), new Scratch()];
      return ({ volume }) => {
        const { means, squares } = moments.fill(volume);
        const scores = scratch.of(volume.length);
        for (let i = 0; i < scores.length; i += 1) {
          const spread = at(squares, i);
          scores[i] = spread === 0 ? 0 : (at(volume, i) - at(means, i)) / Math.sqrt(spread / 60);
        }
        return scores;
      };
    },
  ),
  ofVolume(
    'obvSlope20',
    19,
    ['close', 'volume'],
    'LINEARREG_SLOPE(20) of OBV / SMA(20) of volume; 0 where 20 bars had no volume',
    'TA-Lib OBV, LINEARREG_SLOPE; Granville 1963',
    ({ meanVolume20 }) => {
      const [signed, slope] = [new SignedVolume(), new FlowSlope(20)];
      return (bars) => slope.fill(signed.fill(bars.close, bars.volume), meanVolume20(bars));
    },
  ),
  ofVolume(
    'accumulationSlope20',
    19,
    ['high', 'low', 'close', 'volume'],
    'LINEARREG_SLOPE(20) of AD / SMA(20) of volume; 0 where 20 bars had no volume',
    'TA-Lib AD, LINEARREG_SLOPE; Chaikin',
    ({ accumulation, meanVolume20 }) => {
      const slope = new FlowSlope(20);
      return (bars) => slope.fill(accumulation(bars), meanVolume20(bars));
    },
  ),
  ofVolume(
    'chaikinMoneyFlow20',
    19,
    ['high', 'low', 'close', 'volume'],
    'sum of the steps of AD / sum of volume over 20 bars, −1 to 1; 0 where they had no volume',
    'Chaikin; TA-Lib AD',
    ({ accumulation }) => {
      const share = new FlowShare(20);
      return (bars) => share.fill(accumulation(bars), bars.volume);
    },
  ),
  ofVolume(
    'moneyFlow14',
    14,
    ['high', 'low', 'close', 'volume'],
    'MFI(14), 0 to 100; 0 where no money flowed, so everywhere in a series without volume',
    'TA-Lib MFI; Quong, Soudack 1989',
    ({ typicalPrice }) => {
      const flow = new MoneyFlow(14);
      return (bars) => flow.fill(typicalPrice(bars), bars.volume);
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
    ({ typicalPrice, atr14 }) => {
      const [distance, perAtr] = [new AveragePriceDistance(20), new PerAtr()];
      return (bars) => perAtr.fill(distance.fill(typicalPrice(bars), bars.close, bars.volume), atr14(bars), bars.close);
    },
  ),
  ofVolume(
    'closeVolumeCorrelation20',
    19,
    ['close', 'volume'],
    'CORREL(20) of close and volume, −1 to 1; 0 where one of them did not vary',
    'TA-Lib CORREL',
    () => {
      const pair = new PairedWindow(20);
      return ({ close, volume }) => pair.correlations(close, volume);
    },
  ),
  ofVolume(
    'illiquidityRatio20To100',
    100,
    ['close', 'volume'],
    'mean of |log return| / (close × volume) over 20 bars / over 100, bars without volume left out; 1 where none had any or nothing moved',
    'Amihud 2002',
    ({ logReturn }) => {
      const ratio = new IlliquidityRatio(20, 100);
      return (bars) => ratio.fill(logReturn(bars), bars.close, bars.volume);
    },
  ),
];

function ofVolume(
  name: string,
  firstBar: number,
  inputs: FeatureDeclaration['inputs'],
  definition: string,
  source: string,
  create: Parameters<typeof baseFeature>[4],
): FeatureDeclaration {
  return baseFeature('volume', 'window', inputs, { name, firstBar, definition, source }, create);
}

import type { BarColumns } from '../../core/bars';
import { Difference, LogReturn, Product, RootOfMean, StandardScore } from '../columns';
import type { CrossFeatureDeclaration, CrossKernel } from '../declaration';
import { PairedWindow } from '../indicators/correlation';
import { Lag } from '../indicators/lag';
import { RollingMoments } from '../indicators/rolling-moments';
import { RollingSum } from '../indicators/rolling-sum';
import { Scratch } from '../indicators/scratch';
import { at } from '../numeric';

/**
 * The market beside another one: over the closes of both, the other's as of the instant at which the bar closes. While the
 * other market rests its close stands still and counts as no movement; where it has none yet, or its last one is older than
 * `features.crossMaxAgeDays`, the value is NaN.
 */
export const CROSS_FEATURES: readonly CrossFeatureDeclaration[] = [
  crossReturn(1),
  crossReturn(20),
  ofCloses(
    'crossStrength20',
    ['close'],
    20,
    'log return over 20 bars − that of the other symbol',
    'Levy 1967 (relative strength)',
    () => {
      const [own, other, difference] = [returnsOver(20), returnsOver(20), new Difference()];
      return (close, otherClose) => difference.fill(own(close), other(otherClose));
    },
  ),
  ofReturns(
    'crossCorrelation60',
    'correlation of one-bar log returns with the other’s over 60 bars; 0 where one of them did not move',
    'TA-Lib CORREL',
    (pair, own, other) => pair.correlations(own, other),
  ),
  ofReturns(
    'crossBeta60',
    'slope of one-bar log returns on the other’s over 60 bars; 0 where the other did not move',
    'Sharpe 1964',
    (pair, own, other) => pair.betas(own, other),
  ),
  ofCloses(
    'crossRatioZScore60',
    ['close'],
    59,
    '(close / other’s close − its SMA(60)) / its standard deviation; NaN where neither moved',
    'Gatev, Goetzmann, Rouwenhorst 2006',
    () => {
      const [moments, quotient, score] = [new RollingMoments(60), new Scratch(), new StandardScore(60)];
      return (close, otherClose) => {
        const quotients = quotient.of(close.length);
        for (let i = 0; i < quotients.length; i += 1) quotients[i] = at(close, i) / at(otherClose, i);
        return score.fill(quotients, moments.fill(quotients));
      };
    },
  ),
  ofCloses(
    'crossVolatilityShare20',
    ['close'],
    20,
    'realised volatility over 20 bars / the sum of it and the other’s, 0 to 1; 0.5 where neither moved',
    'ours',
    () => {
      const [own, other, scratch] = [realisedVolatility(20), realisedVolatility(20), new Scratch()];
      return (close, otherClose) => {
        const [volatility, otherVolatility] = [own(close), other(otherClose)];
        const shares = scratch.of(close.length);
        for (let i = 0; i < shares.length; i += 1) {
          const total = at(volatility, i) + at(otherVolatility, i);
          shares[i] = total === 0 ? 0.5 : at(volatility, i) / total;
        }
        return shares;
      };
    },
  ),
  declared('crossAge', ['time'], ['time'], 0, 'ln(1 + age of the other’s bar / timeframe)', 'ours', (timeframeMs) => {
    const scratch = new Scratch();
    return {
      fill: ({ time }, joined) => {
        const ages = scratch.of(time.length);
        for (let i = 0; i < ages.length; i += 1) {
          ages[i] = Math.log(1 + (at(time, i) - at(joined.time, i)) / timeframeMs);
        }
        return ages;
      },
    };
  }),
];

function returnsOver(bars: number): (close: Float64Array) => Float64Array {
  const [earlier, returns] = [new Lag(bars), new LogReturn()];
  return (close) => returns.fill(earlier.fill(close), close);
}

function realisedVolatility(bars: number): (close: Float64Array) => Float64Array {
  const [returns, square, sum, root] = [returnsOver(1), new Product(), new RollingSum(bars), new RootOfMean(bars)];
  return (close) => {
    const moves = returns(close);
    return root.fill(sum.fill(square.fill(moves, moves)));
  };
}

function crossReturn(bars: number): CrossFeatureDeclaration {
  const definition = `log return of the other symbol over the last ${bars === 1 ? 'bar' : `${bars} bars`} of this one`;
  return ofCloses(`crossLogReturn${bars}`, [], bars, definition, 'Hou, Moskowitz 2005 (lead and lag)', () => {
    const returns = returnsOver(bars);
    return (_, otherClose) => returns(otherClose);
  });
}

function ofReturns(
  name: string,
  definition: string,
  source: string,
  read: (pair: PairedWindow, own: Float64Array, other: Float64Array) => Float64Array,
): CrossFeatureDeclaration {
  return ofCloses(name, ['close'], 60, definition, source, () => {
    const [pair, own, other] = [new PairedWindow(60), returnsOver(1), returnsOver(1)];
    return (close, otherClose) => read(pair, own(close), other(otherClose));
  });
}

function ofCloses(
  name: string,
  inputs: CrossFeatureDeclaration['inputs'],
  firstBar: number,
  definition: string,
  source: string,
  build: () => (close: Float64Array, otherClose: Float64Array) => Float64Array,
): CrossFeatureDeclaration {
  return declared(name, inputs, ['close'], firstBar, definition, source, () => {
    const next = build();
    return {
      fill: (bars: BarColumns, joined: BarColumns) => next(bars.close, joined.close),
    };
  });
}

function declared(
  name: string,
  inputs: CrossFeatureDeclaration['inputs'],
  otherInputs: CrossFeatureDeclaration['otherInputs'],
  firstBar: number,
  definition: string,
  source: string,
  create: (timeframeMs: number) => CrossKernel,
): CrossFeatureDeclaration {
  return {
    name,
    family: 'cross',
    inputs,
    otherInputs,
    warmUp: { kind: 'exact', bars: firstBar },
    memory: 'window',
    timeframe: 'base',
    definition,
    source,
    create: ({ timeframeMs }) => create(timeframeMs),
  };
}

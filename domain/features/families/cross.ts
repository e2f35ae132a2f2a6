import type { BarColumns } from '../../core/bars';
import type { CrossFeatureDeclaration, CrossKernel } from '../declaration';
import { PairedWindow } from '../indicators/correlation';
import { Lag } from '../indicators/lag';
import { RealisedVolatility } from '../indicators/realised-volatility';
import { RollingWindow } from '../indicators/rolling-window';
import { at, logReturn, ratio } from '../numeric';

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
      const own = new Lag(20);
      const other = new Lag(20);
      return (close, otherClose) => logReturn(own.push(close), close) - logReturn(other.push(otherClose), otherClose);
    },
  ),
  ofReturns(
    'crossCorrelation60',
    'correlation of one-bar log returns with the other’s over 60 bars; 0 where one of them did not move',
    'TA-Lib CORREL',
    (pair) => pair.correlation(),
  ),
  ofReturns(
    'crossBeta60',
    'slope of one-bar log returns on the other’s over 60 bars; 0 where the other did not move',
    'Sharpe 1964',
    (pair) => pair.beta(),
  ),
  ofCloses(
    'crossRatioZScore60',
    ['close'],
    59,
    '(close / other’s close − its SMA(60)) / its standard deviation; NaN where neither moved',
    'Gatev, Goetzmann, Rouwenhorst 2006',
    () => {
      const window = new RollingWindow(60);
      return (close, otherClose) => {
        const quotient = close / otherClose;
        return window.push(quotient) ? ratio(quotient - window.mean(), window.deviation()) : NaN;
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
      const own = new RealisedVolatility(20);
      const other = new RealisedVolatility(20);
      return (close, otherClose) => {
        const volatility = own.push(close);
        const total = volatility + other.push(otherClose);
        return total === 0 ? 0.5 : volatility / total;
      };
    },
  ),
  declared('crossAge', ['time'], ['time'], 0, 'ln(1 + age of the other’s bar / timeframe)', 'ours', (timeframeMs) => ({
    push: (bars, row, joined) => Math.log(1 + (at(bars.time, row) - at(joined.time, row)) / timeframeMs),
  })),
];

function crossReturn(bars: number): CrossFeatureDeclaration {
  const definition = `log return of the other symbol over the last ${bars === 1 ? 'bar' : `${bars} bars`} of this one`;
  return ofCloses(`crossLogReturn${bars}`, [], bars, definition, 'Hou, Moskowitz 2005 (lead and lag)', () => {
    const earlier = new Lag(bars);
    return (_, otherClose) => logReturn(earlier.push(otherClose), otherClose);
  });
}

function ofReturns(
  name: string,
  definition: string,
  source: string,
  read: (pair: PairedWindow) => number,
): CrossFeatureDeclaration {
  return ofCloses(name, ['close'], 60, definition, source, () => {
    const pair = new PairedWindow(60);
    const own = new Lag(1);
    const other = new Lag(1);
    let started = false;
    return (close, otherClose) => {
      const move = logReturn(own.push(close), close);
      const otherMove = logReturn(other.push(otherClose), otherClose);
      if (started) return pair.push(move, otherMove) ? read(pair) : NaN;
      started = true;
      return NaN;
    };
  });
}

function ofCloses(
  name: string,
  inputs: CrossFeatureDeclaration['inputs'],
  firstBar: number,
  definition: string,
  source: string,
  build: () => (close: number, otherClose: number) => number,
): CrossFeatureDeclaration {
  return declared(name, inputs, ['close'], firstBar, definition, source, () => {
    const next = build();
    return {
      push: (bars: BarColumns, row: number, joined: BarColumns) => next(at(bars.close, row), at(joined.close, row)),
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

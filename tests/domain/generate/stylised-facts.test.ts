import { createGenerator } from '../../../domain/generate/generator';
import {
  autocorrelation,
  correlation,
  generate,
  generateWithTruth,
  logReturns,
  mean,
  SETTINGS,
} from './generated-bars';

const BARS = 20_000;
/** Four standard errors of a correlation over BARS independent pairs. */
const NOISE = 4 / Math.sqrt(BARS);
const MARKETS = [0, 1, 2, 3];

function excessKurtosis(values: Float64Array): number {
  const centre = mean(values);
  const power = (k: number): number => mean(values.map((value) => (value - centre) ** k));
  return power(4) / power(2) ** 2 - 3;
}

/** Correlation of the signal after each bar with the next bar's return, standardised by the given deviation. */
function realisedStrength(strength: number, symbolIndex: number): number {
  const { bars, truth } = generateWithTruth({ ...SETTINGS, bars: BARS, signalStrength: strength }, symbolIndex);
  const standardised = logReturns(bars).map((value, i) => value / truth.volatility[i + 1]!);
  return correlation(truth.plantedSignal.slice(0, -1), standardised);
}

describe('stylised facts', () => {
  it.each(MARKETS)('market %i: fat tails and clustered volatility, returns without memory', (symbolIndex) => {
    const returns = logReturns(generate({ ...SETTINGS, bars: BARS, signalStrength: 0 }, symbolIndex));
    expect(excessKurtosis(returns)).toBeGreaterThan(1);
    const sizes = returns.map(Math.abs);
    for (let lag = 1; lag <= 20; lag += 1) {
      expect(autocorrelation(sizes, lag)).toBeGreaterThan(NOISE);
      // Clustering makes the estimate noisier than that of independent returns, at most by the root of the kurtosis.
      expect(Math.abs(autocorrelation(returns, lag))).toBeLessThan(2 * NOISE);
    }
  });

  it('equities open with a gap after the night and move and trade most near the open and the close', () => {
    const { bars, truth } = generateWithTruth({ ...SETTINGS, bars: BARS }, 2);
    const isFirst = (i: number): boolean => i > 0 && bars.time[i]! - bars.time[i - 1]! > 12 * 3_600_000;
    const gapOf = (i: number): number => Math.abs(Math.log(bars.open[i]! / bars.close[i - 1]!));
    const rows = Array.from(bars.time.keys()).slice(1);
    expect(mean(Float64Array.from(rows.filter(isFirst), gapOf))).toBeGreaterThan(0.001);
    expect(
      mean(
        Float64Array.from(
          rows.filter((i) => !isFirst(i)),
          gapOf,
        ),
      ),
    ).toBeLessThan(0.0001);
    const middle = rows.filter((i) => isFirst(i - 3));
    const second = rows.filter((i) => isFirst(i - 1));
    const average = (column: Float64Array, of: number[]): number => mean(Float64Array.from(of, (i) => column[i]!));
    expect(average(bars.volume, second)).toBeGreaterThan(1.1 * average(bars.volume, middle));
    expect(average(truth.volatility, second)).toBeGreaterThan(1.05 * average(truth.volatility, middle));
  });
});

describe('the planted signal', () => {
  it.each([
    [0, 0],
    [0.03, 1],
    [0.08, 2],
    [0.3, 3],
    [0.5, 4],
  ])('of strength %d correlates that much with the next standardised return', (strength, symbolIndex) => {
    expect(Math.abs(realisedStrength(strength, symbolIndex) - strength)).toBeLessThan(NOISE);
  });

  it('has mean 0 and variance 1, and so has the standardised return, which keeps fat tails of its own', () => {
    const { bars, truth } = generateWithTruth({ ...SETTINGS, bars: BARS, signalStrength: 0.5 }, 0);
    const standardised = logReturns(bars).map((value, i) => value / truth.volatility[i + 1]!);
    for (const values of [truth.plantedSignal, standardised]) {
      expect(Math.abs(mean(values))).toBeLessThan(0.1);
      expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(0.1);
    }
    expect(excessKurtosis(standardised)).toBeGreaterThan(1);
  });

  it('can be seen in closed bars alone: a mean of past returns over past ranges foretells the next return', () => {
    const bars = generate({ ...SETTINGS, bars: BARS, signalStrength: 0.15 }, 0);
    const returns = logReturns(bars);
    // Everything here is an ordinary feature: returns, smoothed, over the mean of past absolute returns.
    const seen = new Float64Array(returns.length);
    const ahead = new Float64Array(returns.length);
    let [smoothed, size] = [0, Math.abs(returns[0]!)];
    for (let i = 0; i + 1 < returns.length; i += 1) {
      smoothed = 0.8 * smoothed + returns[i]!;
      size = 0.95 * size + 0.05 * Math.abs(returns[i]!);
      seen[i] = -smoothed / size;
      ahead[i] = returns[i + 1]! / size;
    }
    expect(correlation(seen.slice(50, -1), ahead.slice(50, -1))).toBeGreaterThan(0.08);
  });

  it('does not depend on what comes later', () => {
    const [short] = createGenerator({ ...SETTINGS, bars: 300 }, 0).chunksWithTruth();
    const [long] = createGenerator({ ...SETTINGS, bars: 900 }, 0).chunksWithTruth();
    expect(long!.truth.plantedSignal.slice(0, 300)).toEqual(short!.truth.plantedSignal);
    expect(long!.truth.volatility.slice(0, 300)).toEqual(short!.truth.volatility);
  });
});

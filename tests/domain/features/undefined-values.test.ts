import type { BarColumns } from '../../../domain/core/bars';
import { createFeatureComputer } from '../../../domain/features/compute';
import { FEATURE_TABLE } from '../../../domain/features/table';
import { ORDINARY, ORDINARY_CONTEXT, randomBars } from '../../support/feature-bars';

function columns(bars: BarColumns): Map<string, Float64Array> {
  const created = createFeatureComputer(null, ORDINARY_CONTEXT);
  if (!created.ok) throw new Error(created.fault.message);
  const values = created.value.push(bars);
  return new Map(created.value.names.map((name, i) => [name, values[i]!]));
}

function constantBars(rows: number): BarColumns {
  const bars = randomBars({ ...ORDINARY, rows });
  const price = bars.close.map(() => ORDINARY_CONTEXT.fracDiff?.referencePrice ?? NaN);
  return { time: bars.time, open: price, high: price, low: price, close: price, volume: price.map(() => 0) };
}

describe('where a divisor is zero', () => {
  it('a price that never moves gives what TA-Lib gives, and NaN for what it does not define', () => {
    const last = new Map([...columns(constantBars(200))].map(([name, column]) => [name, column[199]!]));
    const moving = [...last].filter(([name]) => !name.startsWith('timeOf'));
    expect(Object.fromEntries(moving)).toEqual({
      logReturn1: 0,
      logReturn5: 0,
      logReturn20: 0,
      atrShare14: 0,
      realisedVolatility20: 0,
      volatilityRatio20To100: NaN,
      rsi14: 0,
      macdLineAtr: NaN,
      macdHistogramAtr: NaN,
      bollingerPosition20: NaN,
      stochasticK14: 0,
      stochasticD14: 0,
      adx14: 0,
      directionalDifference14: 0,
      smaDistance20: NaN,
      smaDistance50: NaN,
      emaDistance100: NaN,
      volumeRatio20: 1,
      rangeAtr14: NaN,
      closePosition: NaN,
      higherRsi14: 0,
      accumulationSlope20: 0,
      aroonOscillator25: 0,
      averagePriceDistance20: NaN,
      balanceOfPower: 0,
      balanceOfPower14: 0,
      bollingerWidth20: 0,
      chaikinMoneyFlow20: 0,
      channelIndex20: 0,
      closeVolumeCorrelation20: 0,
      downsideShare20: NaN,
      drawdown100: 0,
      efficiencyRatio20: 0,
      fracDiffClose: 0,
      garmanKlassVolatility20: 0,
      higher2LogReturn5: 0,
      higher2RangePosition5: NaN,
      higher2Rsi7: 0,
      higher2Slope5: NaN,
      higherLogReturn5: 0,
      higherRangePosition5: NaN,
      higherSlope5: NaN,
      hurst100: NaN,
      illiquidityRatio20To100: 1,
      jumpShare60: NaN,
      logReturn10: 0,
      logReturn60: 0,
      lowerShadowShare: 0,
      moneyFlow14: 0,
      obvSlope20: 0,
      openGapAtr14: NaN,
      parkinsonVolatility20: 0,
      pauseBefore: 0,
      rangePosition50: NaN,
      regressionFit20: 0,
      returnAutocorrelation60: NaN,
      returnKurtosis60: NaN,
      returnShock32: NaN,
      returnSkewness60: NaN,
      returnZScore60: NaN,
      risingShare20: 0,
      rogersSatchellVolatility20: 0,
      slopeAtr20: NaN,
      slopeAtr60: NaN,
      stochasticRsi14: 0,
      trendAge50: 1,
      trendSign20To100: 0,
      trix15: 0,
      trueStrength25And13: 0,
      ultimateOscillator28: 0,
      upperShadowShare: 0,
      varianceRatio5In100: NaN,
      volatilityRank180: 0.5,
      volatilityScaledReturn20: NaN,
      volumeRank180: 0.5,
      volumeZScore60: 0,
      vortexDifference14: 0,
      williamsRange14: 0,
      yangZhangVolatility20: 0,
    });
  });

  it('a halt in a moving market ends in NaN, not in huge multiples of a vanishing ATR', () => {
    const bars = randomBars({ ...ORDINARY, rows: 900 });
    const halt = bars.close[299]!;
    for (const column of [bars.open, bars.high, bars.low, bars.close]) column.fill(halt, 300, 800);
    const computed = columns(bars);
    for (const name of ['macdLineAtr', 'macdHistogramAtr', 'emaDistance100', 'smaDistance20', 'rangeAtr14']) {
      expect([name, computed.get(name)![700]]).toEqual([name, NaN]);
      expect([name, Number.isFinite(computed.get(name)![899])]).toEqual([name, true]);
    }
    expect(computed.get('realisedVolatility20')![320]).toBe(0);
    expect(computed.get('bollingerPosition20')![318]).toBeNaN();
    expect(computed.get('bollingerPosition20')![317]).not.toBeNaN();
  });

  it('no feature is ever infinite, whatever the bars', () => {
    const bars = randomBars({ ...ORDINARY, flatShare: 0.9, gapShare: 0.2, spikeShare: 0.05 });
    bars.close[200] = 0;
    bars.volume[210] = Infinity;
    const infinite = [...columns(bars)].filter(([, column]) => column.some((value) => Math.abs(value) === Infinity));
    expect(infinite).toEqual([]);
  });

  it('a missing close makes the recursive features missing for good, never wrong', () => {
    const bars = randomBars({ ...ORDINARY, rows: 300 });
    const intact = columns(bars);
    const broken = columns({ ...bars, close: bars.close.map((close, t) => (t === 150 ? NaN : close)) });
    for (const name of [
      'macdLineAtr',
      'macdHistogramAtr',
      'emaDistance100',
      'atrShare14',
      'rangeAtr14',
      'rsi14',
      'adx14',
    ]) {
      expect([name, broken.get(name)!.subarray(151).every(Number.isNaN)]).toEqual([name, true]);
    }
    for (const name of ['realisedVolatility20', 'bollingerPosition20', 'logReturn20']) {
      expect([name, broken.get(name)!.slice(171)]).toEqual([name, intact.get(name)!.slice(171)]);
      expect([name, broken.get(name)![160 + (name === 'logReturn20' ? 10 : 0)]]).toEqual([name, NaN]);
    }
  });

  it('writes one NaN only, so that files with the same values have the same bytes', () => {
    const bits = [...columns(constantBars(60)).values()].flatMap((column) => {
      const words = new BigUint64Array(column.buffer);
      return [...column].flatMap((value, i) => (Number.isNaN(value) ? [words[i]!] : []));
    });
    expect([...new Set(bits)]).toEqual([0x7ff8000000000000n]);
  });

  it('covers every feature of the table', () => {
    expect([...columns(constantBars(5)).keys()]).toEqual(FEATURE_TABLE.map((feature) => feature.name));
  });
});

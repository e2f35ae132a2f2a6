import { chainBars, shapeAt } from '../../../domain/augment/bar-shapes';
import { warpTime } from '../../../domain/augment/time-warp';
import type { BarColumns } from '../../../domain/core/bars';
import { randomFromSeed } from '../../../domain/core/random';
import { autocorrelationBound, autocorrelations } from '../../../domain/statistics/acf';
import { barsOf, clusteredReturns, HOUR_MS, keepsClustering, meanOf, returnsOf, wholeShapes } from './measures';

const settings = { meanBlockBars: 100, timeframeMs: HOUR_MS, starts: [0] };
const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function normalBars(count: number): BarColumns {
  const random = randomFromSeed(11);
  return barsOf(Float64Array.from({ length: count }, () => 0.001 * random.normal()));
}

describe('warpTime', () => {
  it('keeps the order, all volume and the whole way, and closes only when bars closed', () => {
    const bars = normalBars(5_000);
    const warped = warpTime(bars, settings, randomFromSeed(1));
    const [at, end] = [new Map([...bars.time].map((time, i) => [time, i])), warped.time.length - 1];
    expect(warped.close[end]).toBe(bars.close.at(-1));
    expect(warped.open[0]).toBe(bars.open[0]);
    expect(sumOf(warped.volume)).toBeCloseTo(sumOf(bars.volume), 3);
    for (let i = 0; i <= end; i += 1) {
      const to = at.get(warped.time[i]!)!;
      const from = i === 0 ? 0 : at.get(warped.time[i - 1]!)! + 1;
      expect(to - from).toBeGreaterThanOrEqual(0);
      expect(to - from).toBeLessThan(3);
      expect(warped.high[i]).toBe(Math.max(...bars.high.subarray(from, to + 1)));
      expect(warped.low[i]).toBe(Math.min(...bars.low.subarray(from, to + 1)));
      expect(warped.close[i]).toBe(bars.close[to]);
      expect(warped.open[i]).toBe(bars.open[from]);
    }
  });

  it('runs between the usual and the double speed, slowly changing', () => {
    const bars = normalBars(20_000);
    const warped = warpTime(bars, settings, randomFromSeed(1));
    expect(bars.time.length / warped.time.length).toBeGreaterThan(1.4);
    expect(bars.time.length / warped.time.length).toBeLessThan(1.6);
    const merged = warped.time.slice(1).map((time, i) => (time - warped.time[i]!) / HOUR_MS);
    const local = Array.from({ length: 60 }, (_, k) => meanOf(merged.subarray(200 * k, 200 * k + 40)));
    expect(Math.max(...local)).toBeGreaterThan(1.7);
    expect(Math.min(...local)).toBeLessThan(1.3);
  });

  it('makes no neighbouring returns of noise look alike, which interpolated bars do', () => {
    const bars = normalBars(20_000);
    const bound = 1.5 * autocorrelationBound(13_000);
    const lagOne = (returns: Float64Array): number => Math.abs(autocorrelations(returns, 1)[1]!);
    expect(lagOne(returnsOf(warpTime(bars, settings, randomFromSeed(1))))).toBeLessThan(bound);
    const returns = returnsOf(bars);
    expect(lagOne(returns.map((value, i) => 0.6 * value + 0.4 * (returns[i + 1] ?? 0)))).toBeGreaterThan(10 * bound);
  });

  it('keeps clusters of volatility', () => {
    const bars = barsOf(clusteredReturns(20_000, 7));
    const warped = warpTime(bars, settings, randomFromSeed(1));
    expect(keepsClustering(returnsOf(bars), returnsOf(warped), 20, 0.12)).toBe(true);
  });

  it('merges neither over a closing of the market nor over the border of a range', () => {
    const hours = normalBars(4_000);
    const bars = { ...hours, time: hours.time.map((time, i) => time + Math.floor(i / 8) * 16 * HOUR_MS) };
    const dayOf = (time: number): number => Math.floor((time - 1) / (24 * HOUR_MS));
    const warped = warpTime(bars, { ...settings, starts: [0, 1_001] }, randomFromSeed(1));
    const ends = new Set(warped.time);
    for (const [i, time] of bars.time.entries()) {
      if (dayOf(bars.time[i + 1] ?? Infinity) !== dayOf(time)) expect(ends.has(time)).toBe(true);
    }
    expect(ends.has(bars.time[1_000]!)).toBe(true);
  });

  it('is of shapes the series itself where nothing is merged', () => {
    const shapes = wholeShapes(normalBars(300));
    const same = chainBars(shapes, (slot) => shapeAt(shapes, slot));
    const apart = { ...settings, timeframeMs: 1 };
    expect(warpTime(same, apart, randomFromSeed(1))).toEqual(same);
  });
});

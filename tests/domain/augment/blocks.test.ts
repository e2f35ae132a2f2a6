import { movingBlockPlan, regimePlan, stationaryPlan } from '../../../domain/augment/block-plan';
import { logReturns, splicedCloses } from '../../../domain/augment/bar-shapes';
import { dayTimes, seasonOf } from '../../../domain/augment/day-times';
import { resample } from '../../../domain/augment/synthesise';
import { randomFromSeed } from '../../../domain/core/random';
import { fitRegimes, labelRegimes } from '../../../domain/statistics/regimes';
import {
  absolute,
  barsOf,
  clusteredReturns,
  correlation,
  keepsClustering,
  kurtosisOf,
  meanOf,
  quantileOf,
  returnsOf,
  shuffled,
  valueOf,
  wholeShapes,
} from './measures';

const BARS = 20_000;
const BLOCK = 250;
const shapes = wholeShapes(barsOf(clusteredReturns(BARS, 7)));
const returns = logReturns(shapes);
const times = dayTimes(shapes.time);
const closes = splicedCloses(shapes);
const regimes = labelRegimes(closes, valueOf(fitRegimes(closes, closes.length, { windowBars: BLOCK })));

const PLANS = {
  stationaryBootstrap: (seed: number) => stationaryPlan(times, BLOCK, randomFromSeed(seed)),
  movingBlock: (seed: number) => movingBlockPlan(times, BLOCK, randomFromSeed(seed)),
  regimeBlocks: (seed: number) => regimePlan(times, regimes, BLOCK, randomFromSeed(seed)),
};

/** Blocks that end with their regime too are shorter: a little of what is far apart is lost. */
const TOLERANCE: Readonly<Record<keyof typeof PLANS, number>> = {
  stationaryBootstrap: 0.06,
  movingBlock: 0.06,
  regimeBlocks: 0.09,
};

describe.each(Object.keys(PLANS) as (keyof typeof PLANS)[])('%s', (name) => {
  const plan = PLANS[name];
  const drawn = returnsOf(resample(shapes, plan(3)));

  it('keeps the autocorrelation of absolute returns', () => {
    expect(keepsClustering(returns, drawn, 20, TOLERANCE[name])).toBe(true);
  });

  it('keeps the tails', () => {
    // Bars are taken or not: kurtosis hangs on the few largest of them.
    expect(Math.abs(Math.log(kurtosisOf(drawn) / kurtosisOf(returns)))).toBeLessThan(Math.log(2));
    for (const share of [0.001, 0.01, 0.05, 0.95, 0.99, 0.999]) {
      const [before, after] = [quantileOf(returns, share), quantileOf(drawn, share)];
      expect(Math.abs(after / before - 1)).toBeLessThan(0.25);
    }
    expect(quantileOf(absolute(drawn), 1)).toBeLessThanOrEqual(quantileOf(absolute(returns), 1) * (1 + 1e-9));
  });

  it('keeps what several series did together, also one after the other', () => {
    const noise = clusteredReturns(BARS, 8);
    const leads = clusteredReturns(BARS, 7);
    const follows = leads.map((value, i) => 0.6 * value + 0.5 * (leads[i - 2] ?? 0) + 0.3 * noise[i]!);
    const other = wholeShapes(barsOf(follows));
    const joint = plan(3);
    const [x, y] = [returnsOf(resample(shapes, joint)), returnsOf(resample(other, joint))];
    for (const lag of [0, 1, 2]) {
      const lost = correlation(returns, logReturns(other), lag) - correlation(x, y, lag);
      expect(Math.abs(lost)).toBeLessThan(TOLERANCE[name]);
    }
    // Each by a plan of its own: what the joint plan is there to prevent.
    expect(Math.abs(correlation(x, returnsOf(resample(other, plan(4)))))).toBeLessThan(0.15);
  });

  it('draws anew with every seed and the same with the same', () => {
    const [one, other] = [plan(5), plan(6)];
    expect(plan(5)).toEqual(one);
    const same = one.filter((at, slot) => at === other[slot]).length;
    expect(same / BARS).toBeLessThan(0.2);
  });

  it('draws every part of the series about equally often', () => {
    const counts = new Float64Array(20);
    for (let seed = 0; seed < 30; seed += 1) {
      for (const at of plan(seed)) counts[Math.floor((20 * at) / times.of.length)]! += 1;
    }
    const mean = meanOf(counts);
    for (const count of counts) expect(Math.abs(count / mean - 1)).toBeLessThan(0.5);
  });
});

describe('a resampling without blocks', () => {
  it('is seen: it has no clusters left', () => {
    expect(keepsClustering(returns, returnsOf(resample(shapes, shuffled(returns.length, 3))))).toBe(false);
    const blocksOfOne = stationaryPlan(times, 1, randomFromSeed(3));
    expect(keepsClustering(returns, returnsOf(resample(shapes, blocksOfOne)))).toBe(false);
  });
});

describe('lengths of blocks', () => {
  const lengths = (plan: Int32Array): number[] => {
    const ends = [...plan.keys()].filter((slot) => slot > 0 && plan[slot] !== (plan[slot - 1]! + 1) % plan.length);
    return ends.map((end, i) => end - (ends[i - 1] ?? 0));
  };

  it('are geometric of the mean asked for in the stationary bootstrap', () => {
    const all = Array.from({ length: 20 }, (_, seed) =>
      lengths(stationaryPlan(times, 50, randomFromSeed(seed))),
    ).flat();
    const mean = meanOf(Float64Array.from(all));
    const spread = Math.sqrt(meanOf(Float64Array.from(all, (length) => (length - mean) ** 2)));
    expect(mean).toBeGreaterThan(47);
    expect(mean).toBeLessThan(53);
    expect(spread / mean).toBeGreaterThan(0.93);
    expect(spread / mean).toBeLessThan(1.03);
  });

  it('are those asked for in the moving block bootstrap, and no block leaves the series', () => {
    const plan = movingBlockPlan(times, 50, randomFromSeed(1));
    for (const [slot, at] of plan.entries()) {
      if (slot % 50 !== 0) expect(at).toBe(plan[slot - 1]! + 1);
    }
  });

  it('of a series shorter than one block are the series', () => {
    const short = dayTimes(shapes.time.subarray(0, 30));
    expect([...movingBlockPlan(short, 50, randomFromSeed(1))]).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });
});

describe('regimeBlocks', () => {
  it('puts into every slot a bar of the slot’s own regime', () => {
    expect(new Set(regimes).size).toBe(7);
    const plan = PLANS.regimeBlocks(1);
    expect([...plan].filter((at, slot) => regimes[at] !== regimes[slot])).toEqual([]);
    expect([...PLANS.stationaryBootstrap(1)].filter((at, slot) => regimes[at] !== regimes[slot])).not.toEqual([]);
  });
});

describe('the season of the day', () => {
  const loud = clusteredReturns(BARS, 9).map((value, i) => value * (1 + 2 * Math.exp(-(((i % 24) - 14) ** 2) / 8)));
  const seasonal = wholeShapes(barsOf(loud));
  const seasonalTimes = dayTimes(seasonal.time);
  const season = seasonOf(absolute(logReturns(seasonal)), seasonalTimes);

  it('stays where the clock says it is', () => {
    for (const plan of [
      stationaryPlan(seasonalTimes, 100, randomFromSeed(2)),
      movingBlockPlan(seasonalTimes, 100, randomFromSeed(2)),
      regimePlan(seasonalTimes, new Int8Array(seasonal.time.length), 100, randomFromSeed(2)),
    ]) {
      const drawn = absolute(logReturns(wholeShapes(resample(seasonal, plan))));
      const kept = seasonOf(Float64Array.of(0, ...drawn), seasonalTimes);
      expect(correlation(season, kept)).toBeGreaterThan(0.97);
    }
  });

  it('would be lost by blocks that begin anywhere', () => {
    const anywhere = dayTimes(seasonal.time.map((_, i) => i));
    const drawn = absolute(
      logReturns(wholeShapes(resample(seasonal, stationaryPlan(anywhere, 100, randomFromSeed(2))))),
    );
    expect(correlation(season, seasonOf(Float64Array.of(0, ...drawn), seasonalTimes))).toBeLessThan(0.9);
  });

  it('of rare times of day is none, and bars of them are drawn from all', () => {
    const odd = dayTimes(Float64Array.from({ length: 100 }, (_, i) => i * 1_234_567));
    expect(new Set(odd.isUsual)).toEqual(new Set([false]));
    expect(new Set(seasonOf(new Float64Array(100).fill(3), odd))).toEqual(new Set([1]));
    expect(new Set(stationaryPlan(odd, 2, randomFromSeed(1))).size).toBeGreaterThan(30);
  });
});

import * as fc from 'fast-check';
import { NO_CLASS } from '../../../domain/core/classes';
import type { Fold } from '../../../domain/core/folds';
import { windowSeries } from '../../../domain/core/window-runs';
import type { NetFit } from '../../../training/neural/contract';
import { prepareFit, type PreparedFit } from '../../../training/neural/prepare-fit';
import { foldOf, sampleFoldData } from '../fold-data';
import { HOUR_MS, netFit } from './net-fits';

const ROWS = 320;

describe('examples of a fit', () => {
  it('have windows inside one range of every horizon’s fold, without a gap or a missing feature', () => {
    const scenario = fc.record({
      lookback: fc.integer({ min: 1, max: 6 }),
      gapsAt: fc.array(fc.nat(ROWS - 1), { maxLength: 6 }),
      missingAt: fc.array(fc.nat(ROWS - 1), { maxLength: 6 }),
      unlabelledAt: fc.array(fc.nat(ROWS - 1), { maxLength: 40 }),
      shift: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(scenario, ({ lookback, gapsAt, missingAt, unlabelledAt, shift }) => {
        const time = timesWith(gapsAt);
        const fit = fitWith({ lookback, time, missingAt, unlabelledAt, shift });
        const { trainRows, stoppingRows } = prepared(fit);
        for (const [part, rows] of [
          ['train', trainRows],
          ['stopping', stoppingRows],
        ] as const) {
          const expected = Array.from({ length: ROWS }, (_, row) => row).filter((end) => {
            const window = Array.from({ length: lookback }, (_, i) => end - i);
            const inside = fit.targets.every(({ fold }) =>
              fold[part].some(([from, to]) => window.every((row) => row >= from && row < to)),
            );
            const whole = window.every((row) => !missingAt.includes(row));
            const unbroken = window.slice(0, -1).every((row) => time[row]! - time[row - 1]! <= 3 * HOUR_MS);
            const labelled = fit.targets.some(({ classIndex }) => classIndex[end] !== NO_CLASS);
            return inside && whole && unbroken && labelled;
          });
          expect([...rows]).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('count with weight 0 for a horizon that has no class there', () => {
    const { targets, trainRows } = prepared(netFit());
    const lacking = trainRows.filter((row) => row % 7 === 0);
    expect(lacking.length).toBeGreaterThan(5);
    for (const row of lacking) expect(targets.map(({ weights }) => weights[row])).toEqual([1, 0]);
  });
});

describe('the identity of a fit', () => {
  const identity = (fit: NetFit): string => prepared(fit).identity;

  it('is the same for the same fit, however often it saves', () => {
    expect(identity(netFit({}, { checkpointSeconds: 1, minMicroBatch: 2 }))).toBe(identity(netFit()));
    // The whole section of the configuration is passed on: the queue that a net was sent to is no part of its training.
    const [sentToGpu, sentToCpu] = ['gpu', 'cpu'].map((device) => netFit({}, { device } as object));
    expect(identity(sentToGpu!)).toBe(identity(sentToCpu!));
  });

  it.each<[string, () => NetFit]>([
    ['seed', () => netFit({ seed: 6 })],
    ['sizes', () => netFit({ sizes: { units: 6, dropout: 0.1 } })],
    ['settings', () => netFit({}, { patience: 4 })],
    ['features', () => netFit({ featureNames: ['a', 'b', 'c', 'd'] })],
    ['version', () => ({ ...netFit(), definition: { ...netFit().definition, version: 2 } })],
  ])('is another with another %s', (_, fit) => {
    expect(identity(fit())).not.toBe(identity(netFit()));
  });
});

interface Scenario {
  readonly lookback: number;
  readonly time: Float64Array;
  readonly missingAt: readonly number[];
  readonly unlabelledAt: readonly number[];
  readonly shift: number;
}

/** The second horizon's fold begins later and ends earlier in every part, as a longer label's purge makes it. */
function fitWith({ lookback, time, missingAt, unlabelledAt, shift }: Scenario): NetFit {
  const { features } = sampleFoldData(ROWS);
  for (const row of missingAt) features.data[row * features.columns + 1] = NaN;
  const fit = netFit({}, { lookback });
  const narrow = (fold: Fold): Fold => ({
    ...fold,
    train: fold.train.map(([from, to]) => [from + shift, to - shift]),
    stopping: fold.stopping.map(([from, to]) => [from, to - shift]),
  });
  const targets = fit.targets.map((target, i) => ({
    ...target,
    classIndex: target.classIndex.map((label, row) => (unlabelledAt.includes(row) ? NO_CLASS : label)),
    fold: i === 0 ? foldOf(ROWS) : narrow(foldOf(ROWS)),
  }));
  const series = windowSeries(features, time, { timeframeMs: HOUR_MS, gapBars: 3, maxClosureDays: 0 });
  return { ...fit, series, targets };
}

function timesWith(gapsAt: readonly number[]): Float64Array {
  let now = 0;
  return Float64Array.from({ length: ROWS }, (_, row) => (now += gapsAt.includes(row) ? 9 * HOUR_MS : HOUR_MS));
}

function prepared(fit: NetFit): PreparedFit {
  const result = prepareFit(fit);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

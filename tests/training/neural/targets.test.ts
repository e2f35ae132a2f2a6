import {
  fillTargets,
  shareFactors,
  totalWeights,
  weighTarget,
  type WeightedTarget,
} from '../../../training/neural/targets';
import { ok } from '../../../domain/core/result';
import { foldOf } from '../fold-data';

const CLASSES = Int8Array.of(0, 0, 0, 2, -1, 2, 1);
const TARGET = {
  horizonBars: 4,
  classIndex: CLASSES,
  returnAtr: Float64Array.of(1, NaN, 3, 4, 5, 6, 7),
  fold: foldOf(7),
};
const ROWS = Int32Array.of(0, 1, 2, 3, 4);

describe('weights of a target', () => {
  it('balanced are n / (k n_c) over the training rows, 0 where a class does not occur there', () => {
    const { weights } = weighed(TARGET, { target: 'class', classWeights: 'balanced' }, ROWS);
    // Four labelled rows, two classes: three of down, one of up; timeout never occurs.
    expect([...weights]).toEqual([2 / 3, 2 / 3, 2 / 3, 2, 0, 2, 0]);
  });

  it('multiply with those of the samples, which only training rows have', () => {
    const asked: number[][] = [];
    const own = { ...TARGET, weigh: (rows: Int32Array) => (asked.push([...rows]), ok(Float64Array.of(3, 1, 1, 0.5))) };
    const { weights } = weighed(own, { target: 'class', classWeights: 'balanced' }, ROWS);
    expect([...weights]).toEqual([2, 2 / 3, 2 / 3, 1, 0, 2, 0]);
    // Training rows with a class and no others: row 4 has none, rows 5 and 6 are not learnt from.
    expect(asked).toEqual([[0, 1, 2, 3]]);
  });

  it('of returns are 0 where there is none', () => {
    const { weights } = weighed(TARGET, { target: 'return', classWeights: 'balanced' }, ROWS);
    expect([...weights]).toEqual([1, 0, 1, 1, 1, 1, 1]);
  });

  it('share the loss among the horizons that have any', () => {
    expect(shareFactors([4, 0, 2])).toEqual([1 / 8, 0, 1 / 4]);
    expect(shareFactors([0, 0])).toEqual([0, 0]);
  });
});

describe('targets of a batch', () => {
  it('hold the weight at the true class, or return and weight', () => {
    const classes = weighed(TARGET, { target: 'class', classWeights: 'none' }, ROWS);
    const returns = weighed(TARGET, { target: 'return', classWeights: 'none' }, ROWS);
    const rows = Int32Array.of(3, 4, 0);
    const out = new Float32Array(12).fill(9);
    fillTargets([classes], 'class', rows, [0.5], out);
    expect([...out]).toEqual([0, 0, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0, 0]);
    fillTargets([returns], 'return', Int32Array.of(1, 3), [0.25], out);
    expect([...out.slice(0, 4)]).toEqual([0, 0, 4, 0.25]);
    expect(totalWeights([classes, returns], rows)).toEqual([2, 3]);
  });
});

function weighed(...given: Parameters<typeof weighTarget>): WeightedTarget {
  const result = weighTarget(...given);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

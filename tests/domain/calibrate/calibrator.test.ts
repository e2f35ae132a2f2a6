import fc from 'fast-check';
import { calibratorFromState, fitCalibrator, type Calibrator } from '../../../domain/calibrate/calibrator';
import { CALIBRATION_ORDER, type CalibrationMethod } from '../../../domain/calibrate/state';
import { NO_CLASS } from '../../../domain/core/classes';
import { gatherRows, type Matrix } from '../../../domain/core/matrix';
import { drawForecasts, matrixOf } from './forecasts';

function fit(method: CalibrationMethod, probabilities: Matrix, labels: ArrayLike<number>): Calibrator {
  const result = fitCalibrator(method, probabilities, labels);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

describe.each(CALIBRATION_ORDER)('%s', (method) => {
  const train = drawForecasts(1, 400, 2);
  const calibrator = fit(method, train.probabilities, train.labels);

  it('gives rows that sum to 1 inside the allowed range, whatever it is given', () => {
    const row = fc
      .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([a, b]) => [a * b, a * (1 - b), 1 - a]);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const output = calibrator.apply(matrixOf(rows));
        for (let r = 0; r < rows.length; r += 1) {
          const values = [...output.data.subarray(r * 3, r * 3 + 3)];
          expect(Math.abs(values.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-14);
          for (const value of values) {
            expect(value).toBeGreaterThan(0.9999e-7);
            expect(value).toBeLessThanOrEqual(1 - 1e-7);
          }
        }
      }),
    );
  });

  it('treats every row alone: rows in another order give the same bits in that order', () => {
    const { probabilities } = drawForecasts(2, 40, 1.5);
    const whole = calibrator.apply(probabilities);
    fc.assert(
      fc.property(fc.array(fc.nat(39), { minLength: 1, maxLength: 60 }), (order) => {
        const picked = calibrator.apply(gatherRows(probabilities, order));
        expect(picked.data).toEqual(gatherRows(whole, order).data);
      }),
    );
  });

  it('comes back from JSON with the same bits', () => {
    const { probabilities } = drawForecasts(3, 200, 3);
    const back = calibratorFromState(JSON.parse(JSON.stringify(calibrator.toJson())));
    expect(back.ok && back.value.method).toBe(method);
    expect(back.ok && back.value.apply(probabilities).data).toEqual(calibrator.apply(probabilities).data);
  });

  it('turns a row without a prediction into NaN and leaves its neighbours alone', () => {
    const output = calibrator.apply(matrixOf([[0.2, 0.3, 0.5], [NaN, NaN, NaN], [0.2, NaN, 0.5]])); // prettier-ignore
    expect([...output.data.subarray(3)].every(Number.isNaN)).toBe(true);
    expect([...output.data.subarray(0, 3)].every(Number.isFinite)).toBe(true);
  });

  it('ignores rows without a prediction or a class while fitting', () => {
    const { probabilities, labels } = train;
    const withGaps = {
      data: Float64Array.from([...probabilities.data, NaN, NaN, NaN, 0.9, 0.05, 0.05]),
      rows: probabilities.rows + 2,
      columns: 3,
    };
    const again = fit(method, withGaps, Int32Array.from([...labels, 0, NO_CLASS]));
    expect(again.toJson()).toEqual(calibrator.toJson());
  });

  it('fits where a class never occurs and where all forecasts are the same', () => {
    const same = matrixOf(Array.from({ length: 50 }, () => [0.3, 0.2, 0.5]));
    const labels = Int32Array.from({ length: 50 }, (_, r) => (r % 5 === 0 ? 0 : 2));
    const output = fit(method, same, labels).apply(same);
    const [down = NaN, timeout = NaN, up = NaN] = output.data;
    expect(down + timeout + up).toBeCloseTo(1, 14);
    // Platt smooths its targets: (10 + 1) / (10 + 2) and 1 / (40 + 2) pull the share of 0.2 by less than 0.01.
    if (method === 'isotonic' || method === 'platt') expect(Math.abs(down / (down + up) - 0.2)).toBeLessThan(0.01);
  });
});

describe('isotonic', () => {
  it('never falls when the score of the class rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const { probabilities, labels } = drawForecasts(seed, 120, 2);
        const state = fit('isotonic', probabilities, labels).toJson();
        if (state.method !== 'isotonic') throw new Error(state.method);
        for (const { x, y } of state.curves) {
          expect(x.every((score, i) => i === 0 || score > x[i - 1]!)).toBe(true);
          expect(y.every((share, i) => i === 0 || share >= y[i - 1]!)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('makes a row uniform that no class claims', () => {
    const isotonic = calibratorFromState({
      method: 'isotonic',
      curves: [0, 1, 2].map(() => ({ x: [0.1, 0.9], y: [0, 1] })),
    });
    expect(isotonic.ok && [...isotonic.value.apply(matrixOf([[0.1, 0.05, 0.02]])).data]).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });
});

describe('none', () => {
  it('keeps the bits of every row inside the range', () => {
    const { probabilities, labels } = drawForecasts(5, 100, 1);
    expect(fit('none', probabilities, labels).apply(probabilities).data).toEqual(probabilities.data);
  });
});

describe('temperature', () => {
  it('undoes a known sharpening', () => {
    const { probabilities, labels } = drawForecasts(11, 20_000, 2.5);
    const state = fit('temperature', probabilities, labels).toJson();
    expect(state.method === 'temperature' && Math.abs(state.temperature - 2.5)).toBeLessThan(0.1);
  });

  it('stops at its bounds: always right, always wrong', () => {
    const sure = matrixOf([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]]); // prettier-ignore
    expect(fit('temperature', sure, [0, 2]).toJson()).toEqual({ method: 'temperature', temperature: 0.01 });
    expect(fit('temperature', sure, [2, 0]).toJson()).toEqual({ method: 'temperature', temperature: 100 });
  });

  it('leaves uniform forecasts alone', () => {
    const uniform = matrixOf([[1 / 3, 1 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]]); // prettier-ignore
    expect(fit('temperature', uniform, [0, 1]).toJson()).toEqual({ method: 'temperature', temperature: 1 });
  });
});

describe('what is refused', () => {
  it('rows without any class or prediction, with the count', () => {
    const result = fitCalibrator('platt', matrixOf([[0.2, 0.3, 0.5]]), [NO_CLASS]);
    expect(!result.ok && result.fault).toMatchObject({ code: 'InvalidLabels', message: expect.stringContaining('1 validation rows') as string }); // prettier-ignore
  });

  it('labels that do not match the rows', () => {
    const result = fitCalibrator('none', matrixOf([[0.2, 0.3, 0.5]]), [0, 1]);
    expect(!result.ok && result.fault.code).toBe('Unexpected');
  });

  it.each([
    null,
    {},
    { method: 'beta' },
    { method: 'temperature', temperature: 0 },
    { method: 'temperature', temperature: null },
    { method: 'platt', curves: [{ slope: 1, intercept: 0 }] },
    { method: 'isotonic', curves: [0, 1, 2].map(() => ({ x: [0.2, 0.1], y: [0, 1] })) },
    { method: 'isotonic', curves: [0, 1, 2].map(() => ({ x: [0.1, 0.2], y: [1, 0] })) },
    { method: 'isotonic', curves: [0, 1, 2].map(() => ({ x: [], y: [] })) },
  ])('a damaged state: %j', (state) => {
    const result = calibratorFromState(state);
    expect(!result.ok && result.fault.code).toBe('ArtifactCorrupt');
  });
});

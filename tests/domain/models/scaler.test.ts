import { fitScaler, scalerFromState } from '../../../domain/models/scaler';

const features = { data: Float64Array.of(1, 0.1, 5, 2, 0.1, 5, 6, 0.1, 8), rows: 3, columns: 3 };

describe('standard scaler', () => {
  it('gives mean 0 and deviation 1 by hand-computed values', () => {
    const { mean, scale } = fitScaler(features).toState();
    expect(mean[0]).toBeCloseTo(3, 14);
    expect(scale[0]).toBeCloseTo(Math.sqrt(14 / 3), 14);
    expect(mean[2]).toBeCloseTo(6, 14);
    expect(scale[2]).toBeCloseTo(Math.sqrt(2), 14);
  });

  it('leaves a constant column at scale 1, though its mean is rounded', () => {
    expect(fitScaler(features).toState().scale[1]).toBe(1);
  });

  it('keeps a missing value missing', () => {
    const row = { data: Float64Array.of(NaN, 0.1, 5), rows: 1, columns: 3 };
    expect(fitScaler(features).transform(row).data[0]).toBeNaN();
  });

  it('restores exactly from its state through JSON', () => {
    const scaler = fitScaler(features);
    const restored = scalerFromState(JSON.parse(JSON.stringify(scaler.toState())) as ReturnType<typeof scaler.toState>);
    if (!restored.ok) throw new Error(restored.fault.message);
    expect(restored.value.transform(features)).toEqual(scaler.transform(features));
  });

  it.each([[{ mean: [0], scale: [] }], [{ mean: [0], scale: [0] }], [{ mean: [NaN], scale: [1] }]])(
    'refuses the state %j',
    (state) => {
      expect(scalerFromState(state)).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
    },
  );

  it('refuses another number of features', () => {
    expect(() => fitScaler(features).transform({ data: new Float64Array(2), rows: 1, columns: 2 })).toThrow(
      'fitted on 3 features, got 2',
    );
  });
});

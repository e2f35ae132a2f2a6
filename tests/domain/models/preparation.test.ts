import type { Matrix } from '../../../domain/core/matrix';
import type { Preparation } from '../../../domain/models/preparation';
import {
  fitPreparation,
  importancesOfFeatures,
  preparationFromState,
  preparedNames,
} from '../../../domain/models/preparation';
import { fitComponents } from '../../../domain/models/principal-components';
import { fitQuantileScaler } from '../../../domain/models/quantile-scaler';
import { fitRobustScaler } from '../../../domain/models/robust-scaler';
import { fitScaler } from '../../../domain/models/scaler';
import { farthest, matrixOf, selectionOracle } from '../select/selection-oracle';

const oracle = selectionOracle();
const features = matrixOf(oracle.features);
const unseen = matrixOf(oracle.unseen);
const EVERY: readonly Preparation[] = (['standard', 'robust', 'quantile'] as const).flatMap((scaling) => [
  { scaling, pca: null },
  { scaling, pca: 0.8 },
]);

describe('scalers and components against scikit-learn', () => {
  it('the robust scaler is RobustScaler', () => {
    const scaler = fitRobustScaler(features);
    expect(farthest(scaler.toState().center, oracle.robust.center)).toBeLessThan(1e-14);
    expect(farthest(scaler.toState().scale, oracle.robust.scale)).toBeLessThan(1e-14);
    expect(farthest(scaler.transform(unseen).data, oracle.robust.unseen.flat())).toBeLessThan(1e-12);
  });

  it('the quantile scaler is QuantileTransformer with normal output', () => {
    const scaler = fitQuantileScaler(features);
    expect(farthest(scaler.toState().knots.flat(), oracle.quantile.knots.flat())).toBeLessThan(1e-13);
    expect(farthest(scaler.transform(unseen).data, oracle.quantile.unseen.flat())).toBeLessThan(1e-9);
    expect(farthest(scaler.transform(features).data, oracle.quantile.train.flat())).toBeLessThan(1e-9);
  });

  it.each(Object.entries(oracle.pca))('components for a share of %s are those of PCA', (share, wanted) => {
    const scaled = fitScaler(features);
    const { components, explainedShares } = fitComponents(scaled.transform(features), Number(share));
    expect(farthest(explainedShares, wanted.shares)).toBeLessThan(1e-12);
    expect(farthest(components.flat(), wanted.components.flat())).toBeLessThan(1e-9);
    const prepared = fitPreparation(features, { scaling: 'standard', pca: Number(share) });
    expect(farthest(prepared.transform(unseen).data, wanted.unseen.flat())).toBeLessThan(1e-9);
  });
});

describe.each(EVERY)('$scaling scaling with components for $pca', (preparation) => {
  const scaler = fitPreparation(features, preparation);
  const state = JSON.parse(JSON.stringify(scaler.toState())) as unknown;

  it('restores exactly from its state through JSON', () => {
    const restored = preparationFromState(state);
    if (!restored.ok) throw new Error(restored.fault.message);
    expect(restored.value.transform(unseen)).toEqual(scaler.transform(unseen));
    expect(restored.value.toState()).toEqual(scaler.toState());
  });

  it('computes every row by itself, and leaves a missing value missing', () => {
    const all = scaler.transform(unseen);
    const last: Matrix = { data: unseen.data.slice(-unseen.columns), rows: 1, columns: unseen.columns };
    expect(scaler.transform(last).data).toEqual(all.data.slice(-all.columns));
    for (const value of [NaN, Infinity]) {
      const row = { ...last, data: last.data.slice() };
      row.data[0] = value;
      const found = scaler.transform(row).data;
      expect(Number.isFinite(found[0])).toBe(false);
    }
  });

  it('refuses another number of features', () => {
    expect(() => scaler.transform({ data: new Float64Array(2), rows: 1, columns: 2 })).toThrow(
      'fitted on 8 features, got 2',
    );
  });

  it('has a name for every column that comes out, and importances for every one that goes in', () => {
    const names = Array.from({ length: features.columns }, (_, c) => `x${c}`);
    const out = preparedNames(names, state);
    expect(out).toHaveLength(scaler.transform(unseen).columns);
    const told = importancesOfFeatures(
      Float64Array.from(out, () => 2),
      state,
    );
    expect(told).toHaveLength(features.columns);
    // Components are of length 1: nothing is lost on the way.
    expect(told.reduce((sum, value) => sum + value, 0)).toBeCloseTo(2 * out.length, 10);
  });
});

describe('scalers on columns that hardly change', () => {
  const flat: Matrix = { data: Float64Array.of(3, 0, 3, 0, 3, 0, 3, 0, 3, 9), rows: 5, columns: 2 };

  it.each(EVERY.filter(({ pca }) => pca === null))('$scaling: a constant column becomes 0', (preparation) => {
    const found = fitPreparation(flat, preparation).transform(flat).data;
    expect([...found].filter((_, i) => i % 2 === 0)).toEqual([0, 0, 0, 0, 0]);
    for (const value of found) expect(Number.isFinite(value)).toBe(true);
  });
});

describe('states that are none', () => {
  it.each([
    { kind: 'other' },
    { kind: 'robust', center: [0], scale: [0] },
    { kind: 'robust', center: [0] },
    { kind: 'quantile', knots: [[1, 0]] },
    { kind: 'quantile', knots: [[]] },
    { kind: 'components', of: { mean: [0], scale: [1] }, mean: [0], components: [[1, 2]], explainedShares: [1] },
    { kind: 'components', of: null, mean: [0], components: [[1]], explainedShares: [1] },
    null,
    7,
  ])('%j is refused', (state) => {
    expect(preparationFromState(state)).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FittedModel } from '../../../domain/models/contract';
import { logisticFamily, type LogisticSettings } from '../../../domain/models/logistic';
import { fitScaler } from '../../../domain/models/scaler';
import { contextOf, itKeepsTheFamilyContract, sampleRows } from './family-cases';

const SETTINGS: LogisticSettings = { l2: 1e-3, maxIterations: 200, tolerance: 1e-7 };

itKeepsTheFamilyContract('logistic', { family: () => Promise.resolve(logisticFamily), params: SETTINGS, learns: true });

interface Fit {
  readonly coefficients: readonly (readonly number[])[];
  readonly intercepts: readonly number[];
  readonly logLoss: number;
  readonly probabilities: readonly number[];
}
interface Fixture {
  readonly columns: number;
  readonly l2: number;
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly weights: readonly number[];
  readonly scaler: { readonly mean: readonly number[]; readonly scale: readonly number[] };
  readonly unweighted: Fit;
  readonly weighted: Fit;
}
const fixture = JSON.parse(readFileSync(join(__dirname, '../../fixtures/logistic-models.json'), 'utf8')) as Fixture;

describe('logistic regression against scikit-learn', () => {
  const features = {
    data: Float64Array.from(fixture.features),
    rows: fixture.labels.length,
    columns: fixture.columns,
  };
  const scaled = fitScaler(features).transform(features);
  const labels = Int32Array.from(fixture.labels);

  it('scales as StandardScaler does', () => {
    const { mean, scale } = fitScaler(features).toState();
    expectClose(mean, fixture.scaler.mean, 1e-12);
    expectClose(scale, fixture.scaler.scale, 1e-12);
  });

  it.each(['unweighted', 'weighted'] as const)('finds the same coefficients, %s', async (kind) => {
    const weights = kind === 'weighted' ? { weights: Float64Array.from(fixture.weights) } : {};
    const rows = { features: scaled, labels, ...weights };
    const fitted = await logisticFamily.fit(rows, rows, { ...SETTINGS, l2: fixture.l2 }, contextOf());
    if (!fitted.ok) throw new Error(fitted.fault.message);
    const { coefficients, converged } = savedBody(fitted.value);
    const size = fixture.columns + 1;
    const expected = fixture[kind];
    const intercepts = [0, 1, 2].map((k) => coefficients[k * size + fixture.columns] ?? NaN);
    const centre = intercepts.reduce((sum, x) => sum + x, 0) / 3;
    expect(converged).toBe(true);
    for (const k of [0, 1, 2]) {
      expectClose(coefficients.slice(k * size, k * size + fixture.columns), expected.coefficients[k] ?? [], 1e-4);
    }
    expectClose(
      intercepts.map((x) => x - centre),
      expected.intercepts,
      1e-4,
    );
    const probabilities = fitted.value.predictProbabilities(scaled).data;
    expectClose([...probabilities.subarray(0, 60)], expected.probabilities, 1e-5);
    const logLoss =
      labels.reduce((sum, label, r) => sum - Math.log(probabilities[r * 3 + label] ?? NaN), 0) / labels.length;
    expect(Math.abs(logLoss - expected.logLoss)).toBeLessThan(1e-6);
  });
});

describe('logistic regression', () => {
  const train = sampleRows(300, 8);

  it('needs only a few iterations on correlated features', async () => {
    const { data, rows } = train.features;
    const correlated = {
      data: Float64Array.from({ length: rows * 5 }, (_, i) =>
        i % 5 === 4
          ? (data[Math.floor(i / 5) * 4] ?? 0) + 1e-3 * (data[Math.floor(i / 5) * 4 + 1] ?? 0)
          : (data[Math.floor(i / 5) * 4 + (i % 5)] ?? 0),
      ),
      rows,
      columns: 5,
    };
    const fitted = await logisticFamily.fit({ ...train, features: correlated }, train, SETTINGS, contextOf());
    if (!fitted.ok) throw new Error(fitted.fault.message);
    const { iterations, converged } = savedBody(fitted.value);
    expect(converged).toBe(true);
    expect(iterations).toBeLessThan(40);
  });

  it('records that the iterations ran out', async () => {
    const fitted = await logisticFamily.fit(train, train, { ...SETTINGS, maxIterations: 1 }, contextOf());
    if (!fitted.ok) throw new Error(fitted.fault.message);
    expect(savedBody(fitted.value)).toMatchObject({ iterations: 1, converged: false });
  });

  it('answers NumericalFailure where a feature is not finite', async () => {
    const broken = {
      ...train,
      features: { ...train.features, data: train.features.data.map((x, i) => (i === 9 ? NaN : x)) },
    };
    const fitted = await logisticFamily.fit(broken, train, SETTINGS, contextOf());
    expect(fitted).toMatchObject({ ok: false, fault: { code: 'NumericalFailure' } });
  });

  it('refuses a penalty of zero, naming it', async () => {
    const fitted = await logisticFamily.fit(train, train, { ...SETTINGS, l2: 0 }, contextOf());
    expect(fitted).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
    expect(fitted.ok ? '' : fitted.fault.message).toContain('models.logistic.l2 must be positive, got 0');
  });

  it('refuses to predict rows of another width', async () => {
    const fitted = await logisticFamily.fit(train, train, SETTINGS, contextOf());
    if (!fitted.ok) throw new Error(fitted.fault.message);
    expect(() => fitted.value.predictProbabilities({ data: new Float64Array(3), rows: 1, columns: 3 })).toThrow(
      'fitted on 4 features, got 3',
    );
  });
});

function savedBody(model: FittedModel): { coefficients: number[]; iterations: number; converged: boolean } {
  const saved = JSON.parse(new TextDecoder().decode(model.toBytes())) as { body: ReturnType<typeof savedBody> };
  return saved.body;
}

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((most, x, i) => Math.max(most, Math.abs(x - (expected[i] ?? NaN))), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

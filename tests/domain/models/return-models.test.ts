import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatherRows, type Matrix } from '../../../domain/core/matrix';
import { randomFromSeed } from '../../../domain/core/random';
import type { FittedModel, LabelledRows, RowFamily } from '../../../domain/models/contract';
import { createLightGbmFamily, type LightGbmSettings } from '../../../domain/models/lightgbm';
import { logisticFamily, type LogisticSettings } from '../../../domain/models/logistic';
import { fitReturnLink, throughLink } from '../../../domain/models/return-link';
import { fitRidge } from '../../../domain/models/ridge';
import { fitScaler } from '../../../domain/models/scaler';
import { lightGbmEngine } from '../../support/lightgbm-engine';
import { contextOf } from './family-cases';

interface Given {
  readonly seed: number;
  readonly columns: number;
  readonly train: { readonly features: readonly number[]; readonly labels: readonly number[] };
  readonly stopping: { readonly features: readonly number[] };
  readonly predict: readonly number[];
}
interface Expected {
  readonly rounds: number;
  readonly earlyStoppingRounds: number;
  readonly l2: number;
  readonly returns: { readonly train: readonly number[]; readonly stopping: readonly number[] };
  readonly stoppingLabels: readonly number[];
  readonly weights: readonly number[];
  readonly lightgbm: { readonly bestIteration: number; readonly probabilities: readonly number[] };
  readonly ridge: { readonly coefficients: readonly number[]; readonly probabilities: readonly number[] };
}
const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '../../fixtures', `${name}.json`), 'utf8'));
const given = fixture('lightgbm-training') as Given;
const expected = fixture('return-models') as Expected;
const { columns } = given;

const matrixOf = (values: readonly number[]): Matrix => ({
  data: Float64Array.from(values),
  rows: values.length / columns,
  columns,
});
const raw = {
  train: matrixOf(given.train.features),
  stopping: matrixOf(given.stopping.features),
  unseen: matrixOf(given.predict),
};
const scaler = fitScaler(raw.train);
const scaled = {
  train: scaler.transform(raw.train),
  stopping: scaler.transform(raw.stopping),
  unseen: scaler.transform(raw.unseen),
};

const LIGHTGBM: LightGbmSettings = {
  ...{ rounds: expected.rounds, earlyStoppingRounds: expected.earlyStoppingRounds, learningRate: 0.1, numLeaves: 7 },
  ...{ minDataInLeaf: 20, featureFraction: 0.8, baggingFraction: 0.8, baggingFreq: 1, lambdaL2: 1, maxBin: 63 },
  target: 'return',
};
const LINEAR: LogisticSettings = { l2: expected.l2, maxIterations: 200, tolerance: 1e-7, target: 'return' };

interface Case {
  readonly family: () => Promise<RowFamily>;
  readonly params: unknown;
  readonly features: typeof raw;
  readonly probabilities: readonly number[];
}
const CASES: readonly (readonly [string, Case])[] = [
  [
    'lightgbm',
    {
      family: async () => createLightGbmFamily(await lightGbmEngine()),
      params: LIGHTGBM,
      features: raw,
      probabilities: expected.lightgbm.probabilities,
    },
  ],
  [
    'logistic',
    {
      family: () => Promise.resolve(logisticFamily),
      params: LINEAR,
      features: scaled,
      probabilities: expected.ridge.probabilities,
    },
  ],
];

describe.each(CASES)('%s with returns for its target', (name, { family, params, features, probabilities }) => {
  const train: LabelledRows = {
    features: features.train,
    // Never looked at: a row that is learnt from may have no class.
    labels: new Int32Array(features.train.rows).fill(-1),
    returns: Float64Array.from(expected.returns.train),
    weights: Float64Array.from(expected.weights),
  };
  const stopping: LabelledRows = {
    features: features.stopping,
    labels: Int32Array.from(expected.stoppingLabels),
    returns: Float64Array.from(expected.returns.stopping),
  };
  const context = {
    ...contextOf(),
    featureNames: Array.from({ length: columns }, (_, c) => `feature ${c}`),
    seed: given.seed,
  };
  const fit = async (rows: LabelledRows = train, held: LabelledRows = stopping): Promise<FittedModel> => {
    const fitted = await (await family()).fit(rows, held, params, context);
    if (!fitted.ok) throw new Error(`${fitted.fault.code}: ${fitted.fault.message}`);
    return fitted.value;
  };
  const faultOf = async (rows: LabelledRows, held: LabelledRows = stopping): Promise<string> => {
    const fitted = await (await family()).fit(rows, held, params, context);
    return fitted.ok ? 'fitted' : `${fitted.fault.code}: ${fitted.fault.message}`;
  };

  it('predicts the probabilities of tests/oracles/return_models.py', async () => {
    const predicted = (await fit()).predictProbabilities(features.unseen);
    expect(predicted.columns).toBe(3);
    const worst = probabilities.reduce((most, x, i) => Math.max(most, Math.abs((predicted.data[i] ?? NaN) - x)), 0);
    expect(probabilities).toHaveLength(predicted.data.length);
    expect(worst).toBeLessThan(1e-6);
  });

  it('loads from its bytes to the same predictions, bit for bit, whatever the rows beside', async () => {
    const model = await fit();
    const loaded = (await family()).fromBytes(model.toBytes());
    if (!loaded.ok) throw new Error(loaded.fault.message);
    expect(loaded.value.predictProbabilities(features.unseen)).toEqual(model.predictProbabilities(features.unseen));
    expect(loaded.value.importances).toEqual(model.importances);
    expect(loaded.value.toBytes()).toEqual(model.toBytes());
    const some = Int32Array.of(7, 3, 40);
    expect(model.predictProbabilities(gatherRows(features.unseen, some))).toEqual(
      gatherRows(model.predictProbabilities(features.unseen), some),
    );
    expect(loaded.value.family).toBe(name);
  });

  it('tells contributions whose sums are the scores behind its probabilities, where the library tells any', async () => {
    const model = await fit();
    const told = model.contributions?.(features.unseen);
    expect(told === undefined).toBe(name === 'logistic');
    if (told === undefined) return;
    const width = columns + 1;
    const scores = Array.from({ length: 3 * features.unseen.rows }, (_, i) =>
      Math.exp(told.data.slice(i * width, (i + 1) * width).reduce((sum, x) => sum + x, 0)),
    );
    const shares = scores.map((score, i) => {
      const from = i - (i % 3);
      return score / scores.slice(from, from + 3).reduce((sum, x) => sum + x, 0);
    });
    const predicted = model.predictProbabilities(features.unseen).data;
    const worst = shares.reduce((most, x, i) => Math.max(most, Math.abs((predicted[i] ?? NaN) - x)), 0);
    expect(worst).toBeLessThan(1e-12);
    // Not one row of a fixture that is all of one class would tell.
    expect(new Set(shares.map((share) => share.toFixed(3))).size).toBeGreaterThan(20);
  });

  it('learns from the size of the returns and from the weights, not from the classes', async () => {
    const model = await fit();
    const relabelled = await fit({ ...train, labels: new Int32Array(features.train.rows).fill(1) });
    expect(relabelled.toBytes()).toEqual(model.toBytes());
    const returns = train.returns!.map((value, r) => (r % 3 === 0 ? 3 * value : value));
    expect((await fit({ ...train, returns })).toBytes()).not.toEqual(model.toBytes());
    const unweighed = { ...train, weights: train.weights!.map(() => 1) };
    expect((await fit(unweighed)).toBytes()).not.toEqual(model.toBytes());
  });

  it('says so where returns are missing, not finite or not as many', async () => {
    const { returns, ...without } = train;
    expect(await faultOf(without)).toMatch(/InvalidLabels: Got 500 rows of features, no returns and 500 weights/);
    const broken = returns!.map((value, r) => (r === 4 ? NaN : value));
    expect(await faultOf({ ...train, returns: broken })).toMatch(/InvalidLabels: Training row 4 has the return NaN/);
    expect(await faultOf({ ...train, returns: returns!.subarray(1) })).toMatch(/499 returns/);
  });

  it('says so where the stopping part cannot tell the classes apart', async () => {
    const held = { ...stopping, labels: stopping.labels.map((label) => (label === 2 ? 2 : -1)) };
    expect(await faultOf(train, held)).toMatch(
      /InvalidLabels: Returns cannot be turned into probabilities on the stopping part\..*the one class 'up'/,
    );
  });

  it('refuses saved bytes whose link is broken', async () => {
    const saved = JSON.parse(new TextDecoder().decode((await fit()).toBytes())) as { body: { link: string } };
    saved.body.link = '{}';
    const loaded = (await family()).fromBytes(new TextEncoder().encode(JSON.stringify(saved)));
    expect(loaded).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
  });
});

describe('ridge regression', () => {
  it('finds the coefficients of scikit-learn', () => {
    const targets = Float64Array.from(expected.returns.train);
    const weights = Float64Array.from(expected.weights);
    const coefficients = fitRidge({ features: scaled.train, targets, weights, l2: expected.l2 });
    for (const [i, value] of expected.ridge.coefficients.entries()) expect(coefficients[i]).toBeCloseTo(value, 10);
  });

  it('two points by hand: the slope is pulled towards 0, the intercept is free', () => {
    // x = ±1, y = 3 ± 2: half the mean squared error plus l2 / 2 · b² is least at b = 2 / (1 + l2).
    const features = { data: Float64Array.of(-1, 1), rows: 2, columns: 1 };
    const [slope, intercept] = fitRidge({ features, targets: Float64Array.of(1, 5), l2: 1 });
    expect(slope).toBeCloseTo(1, 12);
    expect(intercept).toBeCloseTo(3, 12);
  });
});

describe('the link from returns to probabilities', () => {
  it.each([1e-6, 1e-3, 0.03, 40])('says the same of returns that are %d times as large', (scale) => {
    const random = randomFromSeed(5);
    const sizes = Float64Array.from({ length: 400 }, () => random.normal());
    const labels = sizes.map((size) => (size + 2 * random.normal() > 0 ? 2 : random.uniform() < 0.2 ? 1 : 0));
    const said = (factor: number, mean: number): Float64Array => {
      const returns = { data: sizes.map((size) => size * factor + mean), rows: sizes.length, columns: 1 };
      const link = fitReturnLink(returns, labels);
      if (!link.ok) throw new Error(link.fault.message);
      return throughLink(link.value, returns).data;
    };
    const [usual, scaledBy] = [said(1, 0), said(scale, 0.02)];
    // Were they all the same, nothing would be compared.
    expect((usual[2] ?? NaN) - (usual[3 * 7 + 2] ?? NaN)).not.toBeCloseTo(0, 2);
    for (const [i, probability] of usual.entries()) expect(scaledBy[i]).toBeCloseTo(probability, 6);
  });

  it('passes rows without a class over', () => {
    const returns = (values: readonly number[]) => ({
      data: Float64Array.from(values),
      rows: values.length,
      columns: 1,
    });
    const whole = fitReturnLink(returns([-1, 1, -2, 2, 0.5]), [0, 2, 0, 2, 1]);
    const withOthers = fitReturnLink(returns([-1, 9, 1, -2, -9, 2, 0.5]), [0, -1, 2, 0, -1, 2, 1]);
    if (!whole.ok || !withOthers.ok) throw new Error('not fitted');
    expect(withOthers.value.toBytes()).toEqual(whole.value.toBytes());
  });
});

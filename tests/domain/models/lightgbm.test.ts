import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FittedModel, LabelledRows } from '../../../domain/models/contract';
import { createLightGbmFamily, lightGbmParameters, type LightGbmSettings } from '../../../domain/models/lightgbm';
import { lightGbmEngine } from '../../support/lightgbm-engine';
import { contextOf, itKeepsTheFamilyContract } from './family-cases';

const SETTINGS: LightGbmSettings = {
  rounds: 60,
  earlyStoppingRounds: 8,
  learningRate: 0.25,
  numLeaves: 7,
  minDataInLeaf: 20,
  featureFraction: 0.8,
  baggingFraction: 0.8,
  baggingFreq: 1,
  lambdaL2: 1,
  maxBin: 63,
};

itKeepsTheFamilyContract('lightgbm', {
  family: async () => createLightGbmFamily(await lightGbmEngine()),
  params: SETTINGS,
  learns: true,
});

interface Part {
  readonly features: readonly number[];
  readonly labels: readonly number[];
}
interface Fixture {
  readonly seed: number;
  readonly columns: number;
  readonly train: Part;
  readonly stopping: Part;
  readonly predict: readonly number[];
  readonly stopped: {
    readonly bestIteration: number;
    readonly probabilities: readonly number[];
    readonly gainImportances: readonly number[];
    readonly contributions: readonly number[];
    readonly rawScores: readonly number[];
  };
  readonly whole: { readonly probabilities: readonly number[] };
}
const fixturePath = (name: string): string => join(__dirname, '../../fixtures', name);
const fixture = JSON.parse(readFileSync(fixturePath('lightgbm-training.json'), 'utf8')) as Fixture;
const modelText = readFileSync(fixturePath('lightgbm-model.txt'), 'utf8');
const unseen = matrixOf(fixture.predict);
const NONE: LabelledRows = { features: matrixOf([]), labels: new Int32Array(0) };

describe('LightGBM against Python', () => {
  it('predicts from a committed model text what Python predicts', async () => {
    const booster = (await lightGbmEngine()).load(modelText);
    if (!booster.ok) throw new Error(booster.fault.message);
    expectClose(booster.value.predict(unseen).data, fixture.stopped.probabilities, 1e-12);
    booster.value.dispose();
  });

  it('contributes of each feature what Python does, and the contributions of a class sum to its raw score', async () => {
    const booster = (await lightGbmEngine()).load(modelText);
    if (!booster.ok) throw new Error(booster.fault.message);
    const { contributions, rawScores } = fixture.stopped;
    const rows = rawScores.length / 3;
    const some = { ...unseen, data: unseen.data.slice(0, rows * fixture.columns), rows };
    const found = booster.value.contributions(some);
    booster.value.dispose();
    expect([found.rows, found.columns]).toEqual([rows, 3 * (fixture.columns + 1)]);
    expectClose(found.data, contributions, 1e-12);
    const width = fixture.columns + 1;
    const sums = rawScores.map((_, i) => found.data.slice(i * width, (i + 1) * width).reduce((sum, x) => sum + x, 0));
    expectClose(sums, rawScores, 1e-12);
  });

  it('tells contributions of a fitted model whose softmax is what it predicts', async () => {
    const model = await fit(SETTINGS, rowsOf(fixture.stopping));
    const found = model.contributions?.(unseen);
    if (found === undefined) throw new Error('no contributions');
    const width = fixture.columns + 1;
    const scores = Array.from({ length: 3 * unseen.rows }, (_, i) =>
      Math.exp(found.data.slice(i * width, (i + 1) * width).reduce((sum, x) => sum + x, 0)),
    );
    const total = (row: number): number =>
      (scores[3 * row] ?? 0) + (scores[3 * row + 1] ?? 0) + (scores[3 * row + 2] ?? 0);
    expectClose(
      model.predictProbabilities(unseen).data,
      scores.map((score, i) => score / total(Math.floor(i / 3))),
      1e-12,
    );
  });

  it('trains with early stopping what Python trains', async () => {
    const model = await fit(SETTINGS, rowsOf(fixture.stopping));
    expectClose(model.predictProbabilities(unseen).data, fixture.stopped.probabilities, 1e-9);
    expectClose(model.importances ?? [], fixture.stopped.gainImportances, 1e-6);
    expect(treesIn(model)).toBe(3 * fixture.stopped.bestIteration);
  });

  it('trains every round what Python trains, without a stopping part', async () => {
    const model = await fit(SETTINGS, NONE);
    expectClose(model.predictProbabilities(unseen).data, fixture.whole.probabilities, 1e-9);
    expect(treesIn(model)).toBe(3 * SETTINGS.rounds);
  });

  it('gives the same trees with two threads as with one', async () => {
    const one = await fit(SETTINGS, rowsOf(fixture.stopping), 1);
    const two = await fit(SETTINGS, rowsOf(fixture.stopping), 2);
    expect(two.predictProbabilities(unseen)).toEqual(one.predictProbabilities(unseen));
  });

  it('gives another model for another seed', async () => {
    const first = await fit(SETTINGS, NONE, 1, 1);
    const second = await fit(SETTINGS, NONE, 1, 2);
    expect(second.predictProbabilities(unseen)).not.toEqual(first.predictProbabilities(unseen));
  });

  it('tells the loss of every round on the stopping part, the best one lowest', async () => {
    const losses: (number | null)[] = [];
    const family = createLightGbmFamily(await lightGbmEngine());
    const context = { ...contextOf(({ loss }) => losses.push(loss)), featureNames: names(), seed: fixture.seed };
    await family.fit(rowsOf(fixture.train), rowsOf(fixture.stopping), SETTINGS, context);
    const numbers = losses.map((loss) => loss ?? NaN);
    expect(numbers.indexOf(Math.min(...numbers)) + 1).toBe(fixture.stopped.bestIteration);
    expect(numbers).toHaveLength(fixture.stopped.bestIteration + SETTINGS.earlyStoppingRounds);
  });

  it('cuts the seed to what LightGBM reads as a positive integer', () => {
    expect(lightGbmParameters(SETTINGS, 0xffffffff)['seed']).toBe(0x7fffffff);
  });

  it('answers InvalidModel with the library’s words for impossible parameters', async () => {
    const family = createLightGbmFamily(await lightGbmEngine());
    const context = { ...contextOf(), featureNames: names() };
    const fitted = await family.fit(rowsOf(fixture.train), NONE, { ...SETTINGS, baggingFraction: 7 }, context);
    expect(fitted).toMatchObject({ ok: false, fault: { code: 'InvalidModel' } });
    expect(fitted.ok ? '' : fitted.fault.message).toContain('bagging_fraction');
  });

  it('refuses a model of another number of classes', async () => {
    const family = createLightGbmFamily(await lightGbmEngine());
    const saved = JSON.stringify({
      format: 'candlewick-model',
      schemaVersion: 1,
      family: 'lightgbm',
      version: 1,
      body: { modelText: modelText.replace('num_class=3', 'num_class=1') },
    });
    expect(family.fromBytes(new TextEncoder().encode(saved))).toMatchObject({
      ok: false,
      fault: { code: 'InvalidModel' },
    });
  });
});

async function fit(
  settings: LightGbmSettings,
  stopping: LabelledRows,
  threads = 1,
  seed = fixture.seed,
): Promise<FittedModel> {
  const family = createLightGbmFamily(await lightGbmEngine(threads));
  const context = { ...contextOf(), featureNames: names(), seed };
  const fitted = await family.fit(rowsOf(fixture.train), stopping, settings, context);
  if (!fitted.ok) throw new Error(fitted.fault.message);
  return fitted.value;
}

function treesIn(model: FittedModel): number {
  return new TextDecoder().decode(model.toBytes()).split('\\nTree=').length - 1;
}

function names(): string[] {
  return Array.from({ length: fixture.columns }, (_, c) => `feature ${c}`);
}

function matrixOf(values: readonly number[]) {
  return { data: Float64Array.from(values), rows: values.length / fixture.columns, columns: fixture.columns };
}

function rowsOf(part: Part): LabelledRows {
  return { features: matrixOf(part.features), labels: Int32Array.from(part.labels) };
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], relativeTolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = expected.reduce(
    (most, x, i) => Math.max(most, Math.abs((actual[i] ?? NaN) - x) / Math.max(1, Math.abs(x))),
    0,
  );
  expect(worst).toBeLessThanOrEqual(relativeTolerance);
}

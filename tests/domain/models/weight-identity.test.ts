import { gatherRows } from '../../../domain/core/matrix';
import type { FittedModel, LabelledRows, RowFamily } from '../../../domain/models/contract';
import { createLightGbmFamily } from '../../../domain/models/lightgbm';
import { logisticFamily } from '../../../domain/models/logistic';
import { majorityFamily } from '../../../domain/models/majority';
import { lightGbmEngine } from '../../support/lightgbm-engine';
import { sampleFoldData } from '../../training/fold-data';
import { contextOf } from './family-cases';

const ROWS = 400;
const sample = sampleFoldData(ROWS, 3);
// Few values, each in many rows, so that LightGBM's bins are the same however often a row stands there.
const data = sample.features.data.map((value) => Math.max(-1, Math.min(1, Math.round(2 * value) / 2)));
const features = { ...sample.features, data };
const labels = Int32Array.from(sample.classIndex);

/** Every third row counts twice: by its weight, or by standing there twice. */
const isDouble = (row: number): boolean => row % 3 === 0;
const byWeight: LabelledRows = {
  ...{ features, labels },
  weights: Float64Array.from(labels, (_, row) => (isDouble(row) ? 2 : 1)),
};
const standing = Int32Array.from([...labels.keys()].flatMap((row) => (isDouble(row) ? [row, row] : [row])));
const byRow: LabelledRows = { features: gatherRows(features, standing), labels: standing.map((row) => labels[row]!) };

// LightGBM guesses the rows of a leaf from its sum of Hessians: without a least number the guess decides nothing.
const BOOSTING = {
  ...{ rounds: 20, earlyStoppingRounds: 20, learningRate: 0.1, numLeaves: 7, minDataInLeaf: 0 },
  ...{ featureFraction: 1, baggingFraction: 1, baggingFreq: 0, lambdaL2: 1, maxBin: 255 },
};
const FAMILIES: readonly [string, () => Promise<RowFamily>, object, number][] = [
  ['majority', () => Promise.resolve(majorityFamily), {}, 1e-12],
  ['logistic', () => Promise.resolve(logisticFamily), { l2: 1e-3, maxIterations: 500, tolerance: 1e-10 }, 1e-8],
  ['lightgbm', async () => createLightGbmFamily(await lightGbmEngine()), BOOSTING, 1e-6],
];

it.each(FAMILIES)(
  '%s: a row of weight 2 is the row twice, and not the row once',
  async (_, open, params, tolerance) => {
    const family = await open();
    const predicted = async (train: LabelledRows): Promise<Float64Array> => {
      const fitted = await family.fit(
        train,
        { features: gatherRows(features, new Int32Array(0)), labels: new Int32Array(0) },
        params,
        contextOf(),
      );
      if (!fitted.ok) throw new Error(fitted.fault.message);
      const model: FittedModel = fitted.value;
      const { data } = model.predictProbabilities(features);
      model.dispose();
      return data;
    };
    const [weighed, repeated, plain] = [
      await predicted(byWeight),
      await predicted(byRow),
      await predicted({ features, labels }),
    ];
    const farthest = (from: Float64Array) => weighed.reduce((far, p, i) => Math.max(far, Math.abs(p - from[i]!)), 0);
    expect(farthest(repeated)).toBeLessThan(tolerance);
    expect(farthest(plain)).toBeGreaterThan(1e-3);
  },
);

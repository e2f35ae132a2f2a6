import { gatherRows, type Matrix } from '../../domain/core/matrix';
import { fail, ok } from '../../domain/core/result';
import type { FitProgress, LabelledRows, RowFamily } from '../../domain/models/contract';
import { predictWithRecipe } from '../../domain/models/fitted-recipe';
import { logisticFamily } from '../../domain/models/logistic';
import { majorityFamily } from '../../domain/models/majority';
import { fitScaler, scalerFromState } from '../../domain/models/scaler';
import { PREDICTED_PARTS } from '../../domain/core/predictions';
import { fitFold, type FittedFold, type FoldFit } from '../../training/fit';
import { foldOf, sampleFoldData } from './fold-data';

const ROWS = 300;
const PARAMS = { l2: 1e-3, maxIterations: 200, tolerance: 1e-7 };

function inputOf(change: Partial<FoldFit> = {}): FoldFit {
  return {
    ...sampleFoldData(ROWS),
    fold: foldOf(ROWS),
    family: logisticFamily,
    params: PARAMS,
    seed: 3,
    onProgress: () => undefined,
    ...change,
  };
}

async function fit(change: Partial<FoldFit> = {}): Promise<FittedFold> {
  const fitted = await fitFold(inputOf(change));
  if (!fitted.ok) throw new Error(fitted.fault.message);
  return fitted.value;
}

/** Remembers what a family was given. */
function spyFamily(inner: RowFamily): {
  family: RowFamily;
  given: { train: Matrix; stopping: Matrix }[];
  disposed: () => number;
} {
  const given: { train: Matrix; stopping: Matrix }[] = [];
  let disposed = 0;
  const family: RowFamily = {
    ...inner,
    fit: async (train, stopping, params, context) => {
      given.push({ train: train.features, stopping: stopping.features });
      const fitted = await inner.fit(train, stopping, params, context);
      return fitted.ok ? { ok: true, value: { ...fitted.value, dispose: () => (disposed += 1) } } : fitted;
    },
  };
  return { family, given, disposed: () => disposed };
}

describe('a fold of a family that learns returns', () => {
  it('learns from rows with a return, with a class or not, and gives both', async () => {
    const given: LabelledRows[] = [];
    const family: RowFamily = {
      ...majorityFamily,
      fit: (train, stopping, _params, context) => {
        given.push(train, stopping);
        return majorityFamily.fit({ ...train, labels: train.labels.map((_, r) => r % 3) }, stopping, {}, context);
      },
    };
    const { classIndex } = sampleFoldData(ROWS);
    // Every fifth row has no class; row 3 has no return either.
    const returnAtr = Float64Array.from(classIndex, (label, row) => (row === 3 ? NaN : label - 1 + row / 1_000));
    const withGaps = classIndex.map((label, row) => (row % 5 === 0 || row === 3 ? -1 : label));
    const { trainRows } = await fit({ family, classIndex: withGaps, returnAtr });
    const [train, stopping] = given;
    expect(trainRows).toBe(60 * 3 - 2 - 1);
    expect([...train!.returns!.subarray(0, 5)]).toEqual([0, 1, 2, 4, 5].map((row) => returnAtr[row]));
    expect([...train!.labels.subarray(0, 5)]).toEqual([-1, withGaps[1], withGaps[2], withGaps[4], -1]);
    expect(stopping!.returns).toHaveLength(stopping!.features.rows);
  });

  it('says that no row has a return', async () => {
    const fitted = await fitFold(inputOf({ returnAtr: new Float64Array(ROWS).fill(NaN) }));
    expect(fitted.ok ? '' : fitted.fault.message).toMatch(/none of the 178 complete training rows has a return/);
  });
});

describe('weights of a fold', () => {
  it('are asked for the rows that are learnt from and given to training alone', async () => {
    const asked: Int32Array[] = [];
    const given: (Float64Array | undefined)[] = [];
    const family: RowFamily = {
      ...majorityFamily,
      fit: (train, stopping, _params, context) => {
        given.push(train.weights, stopping.weights);
        return majorityFamily.fit(train, stopping, {}, context);
      },
    };
    const weigh = (rows: Int32Array) => (asked.push(rows), ok(Float64Array.from(rows, (row) => (row % 2) + 0.5)));
    const { trainRows } = await fit({ family, weigh });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(trainRows);
    expect(given).toEqual([Float64Array.from(asked[0]!, (row) => (row % 2) + 0.5), undefined]);
  });

  it('that cannot be made fail the fit', async () => {
    expect(await fitFold(inputOf({ weigh: () => fail('InvalidLabels', 'no weights') }))).toMatchObject({
      ok: false,
      fault: { code: 'InvalidLabels', message: 'no weights' },
    });
  });
});

describe('fit of one fold', () => {
  it('predicts the rows of stopping, choosing and test, in this order, and no training row', async () => {
    const { predictions } = await fit();
    const expected = [
      ...range(182, 210).map((row) => [row, PREDICTED_PARTS.stopping]),
      ...range(212, 240).map((row) => [row, PREDICTED_PARTS.choosing]),
      ...range(242, 300).map((row) => [row, PREDICTED_PARTS.test]),
    ];
    expect([...predictions.row].map((row, i) => [row, predictions.part[i]])).toEqual(expected);
    expect([predictions.probabilities.rows, predictions.probabilities.columns]).toEqual([expected.length, 3]);
  });

  it('gives the family scaled rows where it wants them, by a scaler of the training rows alone', async () => {
    const { family, given } = spyFamily(logisticFamily);
    const { scalerState } = await fit({ family });
    const { features } = sampleFoldData(ROWS);
    const train = gatherRows(features, [...range(0, 90), ...range(92, 180)]);
    const scaler = fitScaler(train);
    expect(scalerState).toEqual(scaler.toState());
    expect(given[0]?.train).toEqual(scaler.transform(train));
    expect(given[0]?.stopping).toEqual(scaler.transform(gatherRows(features, range(182, 210))));
  });

  it('gives the family raw rows where it does not', async () => {
    const { family, given } = spyFamily(majorityFamily);
    expect((await fit({ family })).scalerState).toBeNull();
    expect(given[0]?.stopping).toEqual(gatherRows(sampleFoldData(ROWS).features, range(182, 210)));
  });

  it('learns only from rows with a class and all features; predicts what has its features, class or not', async () => {
    const { features, classIndex } = sampleFoldData(ROWS);
    const holes = { ...features, data: features.data.slice() };
    for (const row of [5, 6, 190, 250]) holes.data[row * features.columns + 1] = NaN;
    const unlabelled = classIndex.slice();
    for (const row of [6, 7, 191, 251]) unlabelled[row] = -1;
    const { family, given } = spyFamily(logisticFamily);
    const { trainRows, predictions } = await fit({ family, features: holes, classIndex: unlabelled });
    expect(trainRows).toBe(178 - 3);
    expect([given[0]?.train.rows, given[0]?.stopping.rows]).toEqual([175, 28 - 2]);
    const probabilityOf = (row: number): number =>
      predictions.probabilities.data[predictions.row.indexOf(row) * 3] ?? -1;
    expect([190, 250].map(probabilityOf)).toEqual([NaN, NaN]);
    expect([191, 251].map(probabilityOf).every((p) => p > 0 && p < 1)).toBe(true);
  });

  it('changes nothing when rows outside the training and stopping parts change', async () => {
    const { features } = sampleFoldData(ROWS);
    const other = { ...features, data: features.data.map((x, i) => (i >= 212 * features.columns ? x * 3 : x)) };
    const [first, second] = [await fit(), await fit({ features: other })];
    expect(second.modelBytes).toEqual(first.modelBytes);
    expect(second.scalerState).toEqual(first.scalerState);
    expect(second.predictions.probabilities).not.toEqual(first.predictions.probabilities);
  });

  it('gives what the saved model and scaler give: the recipe of prediction is the recipe of training', async () => {
    const { modelBytes, scalerState, predictions } = await fit();
    const model = logisticFamily.fromBytes(modelBytes);
    const scaler = scalerState === null ? null : scalerFromState(scalerState);
    if (!model.ok || scaler?.ok !== true) throw new Error('not loaded');
    const rows = gatherRows(sampleFoldData(ROWS).features, predictions.row);
    expect(predictWithRecipe({ model: model.value, scaler: scaler.value }, rows)).toEqual(predictions.probabilities);
  });

  it('gives the same for the same input, passes progress on and disposes of the model', async () => {
    const seen: FitProgress[] = [];
    const { family, disposed } = spyFamily(logisticFamily);
    const first = await fit({ family, onProgress: (progress) => seen.push(progress) });
    expect(await fit()).toEqual(first);
    expect(seen.length).toBeGreaterThan(0);
    expect(disposed()).toBe(1);
  });

  it('tells contributions of complete test rows alone, evenly spaced, as the model saw them', async () => {
    const { features } = sampleFoldData(ROWS);
    const holes = { ...features, data: features.data.slice() };
    holes.data[250 * features.columns] = NaN;
    let asked: Matrix | null = null;
    const family: RowFamily = {
      ...majorityFamily,
      fit: async (train, stopping, _params, context) => {
        const fitted = await majorityFamily.fit(train, stopping, {}, context);
        const contributions = (rows: Matrix): Matrix => {
          asked = rows;
          return { data: new Float64Array(rows.rows * 15).fill(0.5), rows: rows.rows, columns: 15 };
        };
        return fitted.ok ? ok({ ...fitted.value, contributions }) : fitted;
      },
    };
    const { contributions } = await fit({ family, features: holes });
    const complete = range(242, 300).filter((row) => row !== 250);
    expect(asked).toEqual(gatherRows(holes, complete));
    expect(contributions?.rows).toBe(57);
    expect(contributions?.features.map(({ feature }) => feature)).toEqual(['f0', 'f1', 'f2', 'f3']);
    expect(contributions?.features[3]?.up).toEqual({ size: 0.5, direction: null });
    expect((await fit()).contributions).toBeNull();
  });

  it('fits without any stopping row', async () => {
    const fold = { ...foldOf(ROWS), stopping: [] };
    expect((await fit({ fold })).predictions.part).not.toContain(PREDICTED_PARTS.stopping);
  });

  it.each([
    [
      'no complete training row',
      { features: { data: new Float64Array(ROWS * 4).fill(NaN), rows: ROWS, columns: 4 } },
      'InvalidFeatures',
      'none of the 178 training rows has all 4 features',
    ],
    [
      'no class',
      { classIndex: new Int8Array(ROWS).fill(-1) },
      'InvalidLabels',
      'none of the 178 complete training rows has a class',
    ],
    ['one class', { classIndex: new Int8Array(ROWS).fill(1) }, 'InvalidLabels', "178 rows of the one class 'timeout'"],
    ['names that do not fit', { featureNames: ['f0'] }, 'InvalidFeatures', '300 x 4 features, 1 names and 300 classes'],
    [
      'classes that do not fit',
      { classIndex: new Int8Array(7) },
      'InvalidFeatures',
      '300 x 4 features, 4 names and 7 classes',
    ],
  ] satisfies [string, Partial<FoldFit>, string, string][])('refuses %s', async (_name, change, code, words) => {
    const fitted = await fitFold(inputOf(change));
    expect(fitted).toMatchObject({ ok: false, fault: { code } });
    expect(fitted.ok ? '' : fitted.fault.message).toContain(words);
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

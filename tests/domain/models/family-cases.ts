import fc from 'fast-check';
import { CLASS_COUNT } from '../../../domain/core/classes';
import { gatherRows, type Matrix } from '../../../domain/core/matrix';
import { randomFromSeed } from '../../../domain/core/random';
import type { FitContext, FitProgress, FittedModel, LabelledRows, RowFamily } from '../../../domain/models/contract';

export interface FamilyCases {
  /** Called inside the tests, so that a native library that is missing fails them and not the collection. */
  readonly family: () => Promise<RowFamily>;
  readonly params: unknown;
  /** Whether the predictions depend on the features at all. */
  readonly learns: boolean;
}

const COLUMNS = 4;

/** Rows whose class follows the first feature, with noise; `classes` are the ones that may occur. */
export function sampleRows(rows: number, seed: number, classes: readonly number[] = [0, 1, 2]): LabelledRows {
  const random = randomFromSeed(seed);
  const data = Float64Array.from({ length: rows * COLUMNS }, () => random.normal());
  const labels = Int32Array.from({ length: rows }, (_, r) => {
    const score = (data[r * COLUMNS] ?? 0) + 0.5 * random.normal();
    const rank = Math.min(classes.length - 1, Math.max(0, Math.floor(((score + 1.5) / 3) * classes.length)));
    return classes[rank] ?? 0;
  });
  return { features: { data, rows, columns: COLUMNS }, labels };
}

export function contextOf(onProgress: (progress: FitProgress) => void = () => undefined): FitContext {
  return {
    featureNames: Array.from({ length: COLUMNS }, (_, c) => `feature ${c}`),
    seed: 11,
    random: randomFromSeed(11),
    onProgress,
  };
}

/** The promises that every model family keeps. */
export function itKeepsTheFamilyContract(name: string, { family, params, learns }: FamilyCases): void {
  const train = sampleRows(400, 1);
  const stopping = sampleRows(120, 2);
  const unseen = sampleRows(80, 3).features;

  const fit = async (rows: LabelledRows = train, context: FitContext = contextOf()): Promise<FittedModel> => {
    const fitted = await (await family()).fit(rows, stopping, params, context);
    if (!fitted.ok) throw new Error(`${fitted.fault.code}: ${fitted.fault.message}`);
    return fitted.value;
  };
  const reload = async (bytes: Uint8Array): Promise<FittedModel> => {
    const loaded = (await family()).fromBytes(bytes);
    if (!loaded.ok) throw new Error(`${loaded.fault.code}: ${loaded.fault.message}`);
    return loaded.value;
  };
  const faultOfBytes = async (text: string): Promise<string> => {
    const loaded = (await family()).fromBytes(new TextEncoder().encode(text));
    return loaded.ok ? 'loaded' : `${loaded.fault.code}: ${loaded.fault.message}`;
  };

  describe(`${name} keeps the contract of a model family`, () => {
    it('predicts three probabilities for every row that sum to 1', async () => {
      expectProbabilities((await fit()).predictProbabilities(unseen), unseen.rows);
    });

    it('predicts no row as no row', async () => {
      const empty: Matrix = { data: new Float64Array(0), rows: 0, columns: COLUMNS };
      expect((await fit()).predictProbabilities(empty)).toEqual({ data: new Float64Array(0), rows: 0, columns: 3 });
    });

    it('gives the same bytes for the same input, whoever watches', async () => {
      const seen: FitProgress[] = [];
      const first = await fit();
      const watched = await fit(
        train,
        contextOf((progress) => seen.push(progress)),
      );
      expect(watched.toBytes()).toEqual(first.toBytes());
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.every(({ step, steps }) => step >= 1 && step <= steps)).toBe(true);
    });

    it('predicts bit for bit the same after a round trip through bytes', async () => {
      const model = await fit();
      const loaded = await reload(model.toBytes());
      expect(loaded.predictProbabilities(unseen)).toEqual(model.predictProbabilities(unseen));
      expect(loaded.importances).toEqual(model.importances);
      expect(loaded.family).toBe(name);
      expect(loaded.toBytes()).toEqual(model.toBytes());
    });

    it('computes every row alone', async () => {
      const model = await fit();
      const whole = model.predictProbabilities(unseen);
      fc.assert(
        fc.property(fc.array(fc.nat(unseen.rows - 1), { minLength: 1, maxLength: 20 }), (rows) => {
          const some = model.predictProbabilities(gatherRows(unseen, rows));
          expect(some).toEqual(gatherRows(whole, rows));
        }),
        { numRuns: 30 },
      );
    });

    it(learns ? 'learns from the features' : 'ignores the features', async () => {
      const low = { data: Float64Array.of(-3, 0, 0, 0), rows: 1, columns: COLUMNS };
      const high = { data: Float64Array.of(3, 0, 0, 0), rows: 1, columns: COLUMNS };
      const model = await fit();
      const [down, up] = [model.predictProbabilities(low).data, model.predictProbabilities(high).data];
      if (learns) {
        expect(down[0]).toBeGreaterThan(0.6);
        expect(up[2]).toBeGreaterThan(0.6);
        expect(Math.max(...(model.importances ?? []))).toBe(model.importances?.[0]);
      } else {
        expect(down).toEqual(up);
      }
    });

    it.each([[[0, 1]], [[0, 2]], [[1, 2]]])(
      'gives three probabilities when training saw only classes %j',
      async (classes) => {
        const probabilities = (await fit(sampleRows(400, 4, classes))).predictProbabilities(unseen);
        expectProbabilities(probabilities, unseen.rows);
        const absent = [0, 1, 2].find((c) => !classes.includes(c)) ?? 0;
        for (let r = 0; r < unseen.rows; r += 1) expect(probabilities.data[r * 3 + absent]).toBeLessThan(0.02);
      },
    );

    it('refuses a training part with a single class', async () => {
      const fitted = await (await family()).fit(sampleRows(50, 5, [2]), stopping, params, contextOf());
      expect(fitted).toMatchObject({ ok: false, fault: { code: 'InvalidLabels' } });
      expect(fitted.ok ? '' : fitted.fault.message).toContain("50 rows of the one class 'up'");
    });

    it('refuses labels that are no class', async () => {
      const wrong = { ...train, labels: train.labels.map((label, r) => (r === 7 ? -1 : label)) };
      const fitted = await (await family()).fit(wrong, stopping, params, contextOf());
      expect(fitted).toMatchObject({ ok: false, fault: { code: 'InvalidLabels' } });
      expect(fitted.ok ? '' : fitted.fault.message).toContain('row 7 has label -1');
    });

    it('takes weights into account', async () => {
      const weights = Float64Array.from(train.labels, (label) => (label === 2 ? 8 : 1));
      const mean = (model: FittedModel): number => {
        const { data, rows } = model.predictProbabilities(unseen);
        return data.reduce((sum, p, i) => sum + (i % CLASS_COUNT === 2 ? p / rows : 0), 0);
      };
      expect(mean(await fit({ ...train, weights }))).toBeGreaterThan(mean(await fit()) + 0.1);
    });

    it('refuses bytes that it cannot read, saying why', async () => {
      const saved = JSON.parse(new TextDecoder().decode((await fit()).toBytes())) as Record<string, unknown>;
      const altered = (change: object): string => JSON.stringify({ ...saved, ...change });
      expect(await faultOfBytes(altered({}))).toBe('loaded');
      expect(await faultOfBytes('{"half')).toMatch(/^InvalidModel: .*not a saved model/);
      expect(await faultOfBytes('[1]')).toMatch(/^InvalidModel: .*not a saved model/);
      expect(await faultOfBytes(altered({ schemaVersion: 2 }))).toMatch(
        /^InvalidModel: .*schema version 2; this code reads 1/,
      );
      expect(await faultOfBytes(altered({ family: 'other' }))).toMatch(/^InvalidModel: .*family 'other', expected/);
      expect(await faultOfBytes(altered({ version: 99 }))).toMatch(/^InvalidModel: .*version 99/);
      expect(await faultOfBytes(altered({ body: {} }))).toMatch(/^InvalidModel: /);
      expect(await faultOfBytes(altered({ body: null }))).toMatch(/^InvalidModel: /);
    });
  });
}

function expectProbabilities({ data, rows, columns }: Matrix, expectedRows: number): void {
  expect([rows, columns, data.length]).toEqual([expectedRows, CLASS_COUNT, expectedRows * CLASS_COUNT]);
  for (let r = 0; r < rows; r += 1) {
    const row = [...data.subarray(r * CLASS_COUNT, (r + 1) * CLASS_COUNT)];
    expect(row.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  }
}

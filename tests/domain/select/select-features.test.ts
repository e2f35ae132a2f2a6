import fc from 'fast-check';
import { matrixFromColumns } from '../../../domain/core/matrix';
import { randomFromSeed } from '../../../domain/core/random';
import { fail, ok } from '../../../domain/core/result';
import type { Result } from '../../../domain/core/result';
import { correlation, unitColumns } from '../../../domain/select/correlation';
import type { ImportanceOf, Selection, SelectionRows, SelectionSettings } from '../../../domain/select/select-features';
import { selectFeatures } from '../../../domain/select/select-features';
import { stabilityOf } from '../../../domain/select/stability';

const ROWS = 120;
const SETTINGS: SelectionSettings = { maxCorrelation: 0.8, maxFeatures: 3, method: 'none' };
const NOT_ASKED: ImportanceOf = () => {
  throw new Error('nobody asks for importances');
};

interface Column {
  readonly name: string;
  readonly values: Float64Array;
}

/** Columns `c0`, `c1`, … of which every third is nearly the one before it, and classes that the first ones explain. */
function scene(seed: number, count: number): { readonly columns: readonly Column[]; readonly classes: Int32Array } {
  const random = randomFromSeed(seed);
  const columns: Column[] = [];
  for (let c = 0; c < count; c += 1) {
    const before = columns.at(-1);
    const values = Float64Array.from({ length: ROWS }, (_, r) =>
      c % 3 === 2 && before !== undefined ? before.values[r]! + 0.2 * random.normal() : random.normal(),
    );
    columns.push({ name: `c${c}`, values });
  }
  const classes = Int32Array.from({ length: ROWS }, (_, r) => {
    const signal = columns[0]!.values[r]! + 0.8 * columns[1]!.values[r]! + random.normal();
    return signal < -0.7 ? 0 : signal > 0.7 ? 2 : 1;
  });
  return { columns, classes };
}

function rowsOf(columns: readonly Column[], classes: Int32Array): SelectionRows {
  return {
    features: matrixFromColumns(columns.map(({ values }) => values)),
    names: columns.map(({ name }) => name),
    rows: Int32Array.from({ length: ROWS }, (_, r) => 10 + r),
    horizons: [{ bars: 8, classIndex: classes }],
  };
}

async function chosen(
  columns: readonly Column[],
  classes: Int32Array,
  settings: Partial<SelectionSettings> = {},
  importanceOf: ImportanceOf = NOT_ASKED,
): Promise<Selection> {
  const found = await selectFeatures(rowsOf(columns, classes), { ...SETTINGS, ...settings }, importanceOf);
  if (!found.ok) throw new Error(found.fault.message);
  return found.value;
}

const constant = (name: string, value: number): Column => ({ name, values: new Float64Array(ROWS).fill(value) });
const sorted = (names: readonly string[]): readonly string[] => [...names].sort();

describe('the choice of features', () => {
  it('does not depend on the order of the columns', async () => {
    const byValues: ImportanceOf = ({ features, names }) =>
      Promise.resolve(
        ok(
          Float64Array.from(names, (_, c) =>
            Math.abs(features.data.reduce((sum, v, i) => (i % features.columns === c ? sum + v : sum), 0)),
          ),
        ),
      );
    const cases = fc.record({
      seed: fc.integer({ min: 0, max: 1_000 }),
      keys: fc.array(fc.double({ noNaN: true, min: 0, max: 1 }), { minLength: 9, maxLength: 9 }),
      method: fc.constantFrom('none', 'gain'),
      maxFeatures: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ seed, keys, method, maxFeatures }) => {
        const { columns, classes } = scene(seed, 9);
        const moved = [...columns.keys()].sort((a, b) => keys[a]! - keys[b]!).map((i) => columns[i]!);
        const settings = { method, maxFeatures } as const;
        const [one, other] = [
          await chosen(columns, classes, settings, byValues),
          await chosen(moved, classes, settings, byValues),
        ];
        expect(sorted(other.kept)).toEqual(sorted(one.kept));
        expect(new Set(other.features.map((judged) => JSON.stringify(judged)))).toEqual(
          new Set(one.features.map((judged) => JSON.stringify(judged))),
        );
        expect(other.kept).toEqual(moved.map(({ name }) => name).filter((name) => one.kept.includes(name)));
      }),
      { numRuns: 40 },
    );
  });

  it('drops a feature that never changes, and names it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1_000 }),
        fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
        async (seed, value) => {
          const { columns, classes } = scene(seed, 4);
          const without = await chosen(columns, classes);
          const found = await chosen([constant('flat', value), ...columns], classes);
          expect(found.features[0]).toMatchObject({ name: 'flat', dropped: 'constant', separation: null });
          expect(found.kept).toEqual(without.kept);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps of a cluster the feature that separates the classes best, and of equals the first by name', async () => {
    const { columns, classes } = scene(3, 2);
    const [signal, other] = [columns[0]!, columns[1]!];
    const blurred = { name: 'a-blurred', values: signal.values.map((v, r) => v + 0.3 * other.values[r]!) };
    const twin = { name: 'b-twin', values: signal.values.slice() };
    const found = await chosen([signal, blurred, twin], classes);
    const best = found.features.reduce((most, judged) => (judged.separation! > most.separation! ? judged : most));
    expect(found.clusters).toEqual([
      [best.name, ...['a-blurred', 'b-twin', 'c0'].filter((name) => name !== best.name)],
    ]);
    const equals = await chosen([signal, twin], classes);
    expect(equals.kept).toEqual(['b-twin']);
    expect(equals.features[0]).toMatchObject({ name: 'c0', dropped: 'correlated', inFavourOf: 'b-twin' });
  });

  it('keeps both ends of a chain: what stays stands for each that goes', async () => {
    const { columns, classes } = scene(3, 2);
    const [a, c] = [columns[0]!.values, columns[1]!.values];
    const middle = { name: 'b', values: a.map((v, r) => 1.3 * v + c[r]!) };
    const chain = [{ name: 'a', values: a }, middle, { name: 'c', values: c }];
    const settings = { maxCorrelation: 0.55 };
    const found = await chosen(chain, classes, settings);
    // b is nearer to a; |r| of b and c is above the cut as well, that of a and c is not.
    expect(found.clusters.map(sorted)).toEqual([['a', 'b']]);
    expect(found.kept).toContain('c');
    // Alone with one of the ends, b is in its cluster.
    expect((await chosen(chain.slice(1), classes, settings)).clusters.map(sorted)).toEqual([['b', 'c']]);
    expect((await chosen([chain[0]!, chain[2]!], classes, settings)).clusters).toEqual([]);
  });

  it('drops nothing as correlated that is not above the cut with what stays for it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1_000 }),
        fc.double({ min: 0.2, max: 0.95, noNaN: true }),
        async (seed, maxCorrelation) => {
          const { columns, classes } = scene(seed, 4);
          const sums = [1, 2, 3].map((n) => ({
            name: `sum${n}`,
            values: columns[n - 1]!.values.map((v, r) => v + columns[n]!.values[r]!),
          }));
          const all = [...columns, ...sums];
          const found = await chosen(all, classes, { maxCorrelation, maxFeatures: 7 });
          const unit = unitColumns(matrixFromColumns(all.map(({ values }) => values)));
          const at = (name: string | null): number => all.findIndex((column) => column.name === name);
          for (const { name, dropped, inFavourOf } of found.features) {
            if (dropped !== 'correlated') continue;
            expect(Math.abs(correlation(unit, at(name), at(inFavourOf)))).toBeGreaterThan(maxCorrelation);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves a negative correlation no way out', async () => {
    const { columns, classes } = scene(3, 2);
    const mirrored = { name: 'mirrored', values: columns[0]!.values.map((v) => -2 * v) };
    expect((await chosen([columns[0]!, mirrored], classes)).kept).toEqual(['c0']);
  });

  it('ranks by what the model says, and asks it about the rest only', async () => {
    const { columns, classes } = scene(5, 6);
    const asked: (readonly string[])[] = [];
    const lastFirst: ImportanceOf = ({ names }) => {
      asked.push(names);
      return Promise.resolve(ok(Float64Array.from(names, (_, i) => i)));
    };
    const found = await chosen(columns, classes, { method: 'gain', maxFeatures: 2 }, lastFirst);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toHaveLength(4);
    expect(found.kept).toEqual(asked[0]!.slice(-2));
  });

  it('takes a model that says nothing for none: the class separation decides', async () => {
    const { columns, classes } = scene(5, 6);
    const silent: ImportanceOf = ({ names }) => Promise.resolve(ok(new Float64Array(names.length)));
    expect((await chosen(columns, classes, { method: 'gain' }, silent)).kept).toEqual(
      (await chosen(columns, classes)).kept,
    );
  });

  it('drops a feature that is missing on most rows instead of the rows', async () => {
    const { columns, classes } = scene(7, 3);
    const absent = { name: 'absent', values: Float64Array.from({ length: ROWS }, (_, r) => (r < 50 ? r : NaN)) };
    const found = await chosen([...columns, absent], classes);
    expect(found.rows).toBe(ROWS);
    expect(found.features.at(-1)).toMatchObject({ dropped: 'missing' });
  });

  it('looks at complete rows only', async () => {
    const { columns, classes } = scene(7, 3);
    const warming = { name: 'warming', values: Float64Array.from({ length: ROWS }, (_, r) => (r < 50 ? NaN : r % 7)) };
    expect((await chosen([...columns, warming], classes)).rows).toBe(ROWS - 50);
  });
});

describe('a choice that cannot be made', () => {
  const faultOf = async (columns: readonly Column[], classes: Int32Array, method: 'gain' | 'none' = 'none') => {
    const answer: () => Promise<Result<Float64Array>> = () => Promise.resolve(fail('InvalidModel', 'no model'));
    const found = await selectFeatures(rowsOf(columns, classes), { ...SETTINGS, method }, answer);
    return found.ok ? null : found.fault;
  };
  const { columns, classes } = scene(11, 2);

  it('says that no row has all features', async () => {
    const early = { name: 'early', values: Float64Array.from({ length: ROWS }, (_, r) => (r < 60 ? r : NaN)) };
    const late = { name: 'late', values: Float64Array.from({ length: ROWS }, (_, r) => (r < 60 ? NaN : r)) };
    expect(await faultOf([early, late], classes)).toMatchObject({
      code: 'InvalidFeatures',
      message: expect.stringMatching(/none of the 120 rows .* has all 2 features .*; give more bars/) as string,
    });
  });

  it('says that no feature changes', async () => {
    expect(await faultOf([constant('a', 1), constant('b', 0)], classes)).toMatchObject({
      code: 'InvalidFeatures',
      message: expect.stringMatching(
        /none of the 2 features changes .* \(a, b\); give bars whose prices move/,
      ) as string,
    });
  });

  it('says that no row has a class', async () => {
    expect(await faultOf(columns, new Int32Array(ROWS).fill(-1))).toMatchObject({
      code: 'InvalidLabels',
      message: expect.stringMatching(/none of the 120 complete rows .* has a class at 8 bars/) as string,
    });
  });

  it('hands on what the model failed with', async () => {
    expect(await faultOf(columns, classes, 'gain')).toMatchObject({ code: 'InvalidModel', message: 'no model' });
  });
});

describe('stability over sets', () => {
  it('is the mean over pairs of what two sets share of all they have', () => {
    const { meanJaccard, keptShare } = stabilityOf([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'c'],
    ]);
    expect(meanJaccard).toBeCloseTo((1 + 1 / 3 + 1 / 3) / 3, 14);
    expect(keptShare).toEqual({ a: 1, b: 2 / 3, c: 1 / 3 });
  });

  it('is not known of one set', () => {
    expect(stabilityOf([['a']]).meanJaccard).toBeNull();
  });
});

import type { StageOutcome } from '../../shared/contracts/stages';
import { selectionReportSchema, selectionSchema } from '../../shared/contracts/selection';
import type { SelectionReport } from '../../shared/contracts/selection';
import { bundleSchema } from '../../shared/contracts/bundle';
import { fitSchema } from '../../shared/contracts/model-artifacts';
import { ARTIFACT_KINDS } from '../../shared/names/artifact-kinds';
import type { Bench } from './bench';
import { SMALL_RUN, openBench, realEngines, scopeOf } from './bench';
import { outcomeNamed, output, runSymbolPath } from './symbol-path';

/** The small run's features and one that says nearly the same as `rsi14`. */
const INCLUDED = [...SMALL_RUN.features.include, 'bollingerPosition20'];
const RUN = {
  ...SMALL_RUN,
  features: { include: INCLUDED },
  models: { ...SMALL_RUN.models, mlp: { enabled: true, hidden: [8] } },
  nets: { lookback: 6, batchSize: 64, maxEpochs: 2, patience: 2 },
  select: { enabled: true, maxCorrelation: 0.8, maxFeatures: 3 },
};
const FITS = ['majority-h8-f0', 'logistic-h8-f0', 'lightgbm-h8-f0', 'mlp-h8-f0'];

let bench: Bench;
let first: readonly StageOutcome[];
let report: SelectionReport;

const carry = async (config: object): Promise<readonly StageOutcome[]> =>
  runSymbolPath(bench.activities, await scopeOf(bench, config), ['select']);

const reportOf = async (outcomes: readonly StageOutcome[]): Promise<SelectionReport> => {
  const ref = output(outcomeNamed(outcomes, 'select'), 'report');
  return selectionReportSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.selectionReport));
};

beforeAll(async () => {
  bench = openBench(await realEngines());
  first = await carry(RUN);
  report = await reportOf(first);
}, 120_000);

describe('the stage select', () => {
  it('keeps one of two features that say the same, and the most important ones', () => {
    expect(report.clusters).toHaveLength(1);
    expect([...report.clusters[0]!].sort()).toEqual(['bollingerPosition20', 'rsi14']);
    expect(report.kept).toHaveLength(3);
    expect(report.features.map(({ name }) => name)).toEqual(INCLUDED);
    expect(report.kept).toEqual(INCLUDED.filter((name) => report.kept.includes(name)));
    expect(report.features.filter(({ dropped }) => dropped === 'correlated')).toMatchObject([
      { inFavourOf: report.clusters[0]![0]! },
    ]);
    expect(outcomeNamed(first, 'select').facts).toMatchObject({ candidates: 5, kept: 3, clusters: 1 });
  });

  it('is what every fit, and every bundle, is made with', async () => {
    for (const part of FITS) {
      const fit = fitSchema.parse(
        await bench.store.artifacts.getJson(output(outcomeNamed(first, 'train', part), 'model'), ARTIFACT_KINDS.fit),
      );
      expect({ part, names: fit.featureNames }).toEqual({ part, names: report.kept });
    }
    for (const family of ['lightgbm-h8', 'mlp-h8']) {
      const ref = output(outcomeNamed(first, 'bundle', family), 'bundle');
      const { recipe } = bundleSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.bundle));
      expect(recipe.features.names).toEqual(report.kept);
    }
  });

  it('leaves the fits as they are when a feature comes that is not kept', async () => {
    const dropped = report.features.flatMap(({ name, dropped: why }) => (why === 'unimportant' ? [name] : []));
    const fewer = INCLUDED.filter((name) => !dropped.includes(name));
    const without = await carry({ ...RUN, features: { include: fewer } });
    expect((await reportOf(without)).kept).toEqual(report.kept);
    expect(outcomeNamed(without, 'features').key).not.toBe(outcomeNamed(first, 'features').key);
    expect(outcomeNamed(without, 'select').key).not.toBe(outcomeNamed(first, 'select').key);
    for (const part of FITS) {
      const [before, now] = [outcomeNamed(first, 'train', part), outcomeNamed(without, 'train', part)];
      expect({ part, key: now.key, cacheHit: now.cacheHit }).toEqual({ part, key: before.key, cacheHit: true });
    }
  });

  it('makes other fits of other columns under the same names', async () => {
    const ref = output(outcomeNamed(first, 'select'), 'selection');
    const selection = selectionSchema.parse(await bench.store.artifacts.getJson(ref, ARTIFACT_KINDS.selection));
    const seeded = await carry({ ...RUN, source: { ...RUN.source, seed: 8 } });
    const other = selectionSchema.parse(
      await bench.store.artifacts.getJson(
        output(outcomeNamed(seeded, 'select'), 'selection'),
        ARTIFACT_KINDS.selection,
      ),
    );
    for (const { sha256 } of other.columns)
      expect(selection.columns.map((column) => column.sha256)).not.toContain(sha256);
  });

  it.each(['permutation', 'none'] as const)('ranks by %s where asked to', async (method) => {
    const found = await reportOf(await carry({ ...RUN, select: { ...RUN.select, method } }));
    expect(found.method).toBe(method);
    expect(found.kept).toHaveLength(3);
    const ranked = found.features.filter(({ importance }) => importance !== null);
    expect(ranked).toHaveLength(method === 'none' ? 0 : 4);
  });

  it('says how stable the choice is over the folds', () => {
    expect(report.stability.folds.map(({ foldId }) => foldId)).toEqual(['f0']);
    expect(report.stability.meanJaccard).toBeNull();
    for (const share of Object.values(report.stability.keptShare)) expect(share).toBe(1);
  });

  it('says in one sentence that fewer features are left than asked for', async () => {
    const found = await reportOf(await carry({ ...RUN, select: { ...RUN.select, maxFeatures: 50 } }));
    expect(found.notes).toEqual(['4 of 5 features are left, fewer than select.maxFeatures 50: all of them are kept']);
  });
});

import type { Fold } from '../domain/core/folds';
import { gatherRows } from '../domain/core/matrix';
import { deriveSeed } from '../domain/core/random';
import type { Result } from '../domain/core/result';
import { fail } from '../domain/core/result';
import type { RowRange } from '../domain/core/rows';
import { expandRanges } from '../domain/core/rows';
import type { ImportanceOf, Selection } from '../domain/select/select-features';
import { selectFeatures } from '../domain/select/select-features';
import { stabilityOf } from '../domain/select/stability';
import { longestLabelBars } from '../shared/contracts/config/resolve';
import type { SymbolConfig } from '../shared/contracts/config/schema';
import { foldsSchema } from '../shared/contracts/folds';
import type { SelectionReport } from '../shared/contracts/selection';
import { selectInputSchema } from '../shared/contracts/stages';
import type { SelectInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { readClasses } from '../shared/tables/label-table';
import { omit } from './support/fit-recipe';
import { RANKING_MODEL, rankingBy } from './support/rank-features';
import type { SampledFeatures } from './support/selection-data';
import { readFeatureTime, sampleFeatures } from './support/selection-data';
import { firstPartOf, splitSettings } from './support/split-settings';
import type { StageContext, StageDefinition } from './support/stage-definition';
import { StageFault, unwrap } from './support/stage-fault';

/** Of a longer part every n-th row is looked at: labels of neighbouring bars overlap, and more rows choose no better. */
const MAX_ROWS = 100_000;
const RANKED_BY = 'lightgbm';

/**
 * Select: which features the fits of a symbol are given, chosen once on the first training part with the labels of all
 * horizons. The same choice on the training part of each fold says how stable it is; no fit takes anything of that.
 */
export const selectStage: StageDefinition<SelectInput, 'select'> = {
  stage: 'select',
  schema: selectInputSchema,
  part: () => '',
  material: async ({ scope, features, labels, folds }, context) => {
    const config = await context.symbolConfig(scope);
    const { seed } = await rankingOf(scope, context);
    const model = {
      params: RANKING_MODEL,
      familyVersion: unwrap(context.registry.get(RANKED_BY)).version,
      engine: context.engineOf(RANKED_BY),
      seed,
    };
    return {
      features: features.sha256,
      labels: Object.fromEntries(Object.entries(labels).map(([bars, ref]) => [bars, ref.sha256])),
      folds: folds.sha256,
      select: omit(config.select, ['enabled', 'pca']),
      splits: splitSettings(config),
      longestLabelBars: longestLabelBars(config.labels),
      ...(config.select.method === 'none' ? {} : { model }),
    };
  },
  compute: async (input, context, onProgress) => {
    const { artifacts } = context.store;
    const { scope } = input;
    const config = await context.symbolConfig(scope);
    const time = await readFeatureTime(artifacts, input.features);
    const first = firstPartOf(time, config);
    const parts = [
      { foldId: null, rows: thinned([first]) },
      ...(await widestFolds(input, context)).map(({ id, train }) => ({ foldId: id, rows: thinned(train) })),
    ];
    const wanted = ascending(parts.map(({ rows }) => rows));
    const sampled = await sampleFeatures(artifacts, input.features, wanted);
    const horizons = await Promise.all(
      Object.entries(input.labels).map(async ([bars, ref]) => ({
        bars: Number(bars),
        classIndex: await readClasses(artifacts, ref),
      })),
    );
    const { importanceOf } = await rankingOf(scope, context);
    const found: { readonly foldId: string | null; readonly selection: Selection }[] = [];
    for (const { foldId, rows } of parts) {
      onProgress({ phase: 'selecting', step: found.length, steps: parts.length, loss: null });
      const features = gatherRows(sampled.features, placesOf(rows, wanted));
      const own = horizons.map(({ bars, classIndex }) => ({
        bars,
        classIndex: rows.map((row) => classIndex[row] ?? -1),
      }));
      const given = { features, names: sampled.names, rows, horizons: own };
      const selection = await selectFeatures(given, config.select, importanceOf);
      found.push({ foldId, selection: unwrap(named(selection, foldId)) });
    }
    const chosen = found[0]?.selection;
    if (chosen === undefined) throw new StageFault({ code: 'Unexpected', message: 'nothing was chosen from' });
    const span = [time[first[0]] ?? 0, time[first[1] - 1] ?? 0] as const;
    const report = reportOf(chosen, found, config.select, span);
    return {
      outputs: {
        selection: await artifacts.putJson(contentOf(chosen, sampled), ARTIFACT_KINDS.selection),
        report: await artifacts.putJson(report, ARTIFACT_KINDS.selectionReport),
      },
      parts: [],
      facts: {
        candidates: sampled.names.length,
        kept: chosen.kept.length,
        rows: chosen.rows,
        clusters: chosen.clusters.length,
        meanJaccard: report.stability.meanJaccard,
        notes: [...report.notes],
      },
    };
  },
};

async function rankingOf(
  scope: SelectInput['scope'],
  context: StageContext,
): Promise<{ readonly seed: number; readonly importanceOf: ImportanceOf }> {
  const config = await context.symbolConfig(scope);
  const seed = deriveSeed((await context.runConfig(scope.config)).seed, 'select', scope.symbol);
  const family = unwrap(context.registry.get(RANKED_BY));
  if (family.kind !== 'rows')
    throw new StageFault({ code: 'Unexpected', message: `${RANKED_BY} ranks no single rows` });
  const purgeBars = longestLabelBars(config.labels);
  return { seed, importanceOf: rankingBy(family, { method: config.select.method, seed, purgeBars }) };
}

/** Those of the longest horizon, from which the most rows are purged. */
async function widestFolds({ labels, folds }: SelectInput, { store }: StageContext): Promise<readonly Fold[]> {
  const byHorizon = foldsSchema.parse(await store.artifacts.getJson(folds, ARTIFACT_KINDS.folds));
  const longest = Math.max(...Object.keys(labels).map(Number));
  return byHorizon[String(longest)] ?? [];
}

/** Evenly, by the part's own length: what the series goes on with changes nothing. */
function thinned(ranges: readonly RowRange[]): Int32Array {
  const rows = expandRanges(ranges);
  const stride = Math.ceil(rows.length / MAX_ROWS);
  return rows.filter((_, place) => place % stride === 0);
}

function ascending(parts: readonly Int32Array[]): Int32Array {
  return Int32Array.from(new Set(parts.flatMap((rows) => [...rows]))).sort();
}

/** Where each of the rows stands among all; both ascending. */
function placesOf(rows: Int32Array, all: Int32Array): Int32Array {
  let place = 0;
  return rows.map((row) => {
    while ((all[place] ?? Infinity) < row) place += 1;
    return place;
  });
}

/** A fault on the training part of a fold says which. */
function named(result: Result<Selection>, foldId: string | null): Result<Selection> {
  if (result.ok) return result;
  const { code, message, details } = result.fault;
  return fail(
    code,
    `select, on ${foldId === null ? 'the first training part' : `fold ${foldId}`}: ${message}`,
    details,
  );
}

function contentOf({ kept }: Selection, { columns, timeSha256 }: SampledFeatures) {
  return { columns: columns.filter(({ name }) => kept.includes(name)), timeSha256 };
}

function reportOf(
  chosen: Selection,
  found: readonly { readonly foldId: string | null; readonly selection: Selection }[],
  { method, maxCorrelation, maxFeatures }: SymbolConfig['select'],
  span: readonly [number, number],
): SelectionReport {
  const folds = found.flatMap(({ foldId, selection }) =>
    foldId === null ? [] : [{ foldId, kept: [...selection.kept] }],
  );
  const stability = stabilityOf(folds.map(({ kept }) => kept));
  return {
    ...{ method, maxCorrelation, maxFeatures },
    span: [...span],
    rows: chosen.rows,
    kept: [...chosen.kept],
    features: chosen.features.map((judgement) => ({ ...judgement })),
    clusters: chosen.clusters.map((cluster) => [...cluster]),
    stability: { folds, meanJaccard: stability.meanJaccard, keptShare: { ...stability.keptShare } },
    notes: notesOf(chosen, maxFeatures),
  };
}

function notesOf({ kept, features }: Selection, maxFeatures: number): string[] {
  const dropped = (reason: 'constant' | 'missing'): string =>
    features.flatMap(({ name, dropped: why }) => (why === reason ? [name] : [])).join(', ');
  const [constant, absent] = [dropped('constant'), dropped('missing')];
  const isShort = kept.length < maxFeatures && features.length > kept.length;
  return [
    ...(constant === '' ? [] : [`never changes in training and is left out: ${constant}`]),
    ...(absent === '' ? [] : [`is missing on more than half of the training rows and is left out: ${absent}`]),
    ...(isShort
      ? [
          `${String(kept.length)} of ${String(features.length)} features are left, fewer than select.maxFeatures ${String(maxFeatures)}: all of them are kept`,
        ]
      : []),
  ];
}

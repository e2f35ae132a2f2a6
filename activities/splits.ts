import type { Fault } from '../domain/core/result';
import { buildFolds } from '../domain/splits/build-folds';
import { planBoundaries } from '../domain/splits/plan-boundaries';
import { checkTrainingClasses } from '../domain/labels/label-summary';
import { longestLabelBars } from '../shared/contracts/config/resolve';
import type { SymbolConfig } from '../shared/contracts/config/schema';
import type { FoldsByHorizon } from '../shared/contracts/folds';
import { modelFamilySchema, splitsInputSchema } from '../shared/contracts/stages';
import type { FitTask, SplitsInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { readClasses, readLabelEnds } from '../shared/tables/label-table';
import { float64Column, openTable } from '../shared/tables/table-store';
import { embargoOf } from './support/embargo';
import { seenRowsOf } from './support/seen-rows';
import type { StageDefinition } from './support/stage-definition';
import { sayingWhy, schemeSettings, splitSettings } from './support/split-settings';
import { StageFault, unwrap } from './support/stage-fault';

/** What all steps of a symbol answer travels in one payload of at most 2 MB, at some 700 bytes a step. */
const MAX_FITS = 2_000;

/**
 * Splits: the parts of every fold, fixed from the bars before labels, then purged by the label intervals of each horizon.
 * Answers also with the list of fits that follow from it, and with what each fold can have seen of the tables.
 */
export const splitsStage: StageDefinition<SplitsInput, 'splits'> = {
  stage: 'splits',
  schema: splitsInputSchema,
  part: () => '',
  material: async ({ scope, bars, labels, features }, context) => {
    const config = await context.symbolConfig(scope);
    const labelHashes = Object.fromEntries(Object.entries(labels).map(([horizon, ref]) => [horizon, ref.sha256]));
    return {
      bars: bars.sha256,
      labels: labelHashes,
      splits: schemeSettings(config),
      ...(config.splits.embargo === 'autocorrelation' || endsEarly(config)
        ? { features: features?.sha256 ?? null }
        : {}),
      longestLabelBars: longestLabelBars(config.labels),
      families: enabledFamilies(config),
      device: config.nets.device,
    };
  },
  compute: async ({ scope, bars, labels, features }, context, onProgress) => {
    const { artifacts } = context.store;
    const config = await context.symbolConfig(scope);
    const table = await openTable(artifacts, bars, ARTIFACT_KINDS.bars);
    const columns = await table.columns(['time', 'close']);
    const time = float64Column(columns, 'time');
    const longest = longestLabelBars(config.labels);
    const planned = splitSettings(config);
    const boundaries = unwrap(sayingWhy(planBoundaries(time, planned, float64Column(columns, 'close')), config));
    const embargo = await embargoOf(config, { time, boundaries, features }, artifacts);
    const settings = { ...planned, embargoDays: embargo.days };
    const isNet = (family: FitTask['family']): boolean => unwrap(context.registry.get(family)).kind === 'windows';
    const foldIds = boundaries.map(({ id }) => id);
    const tasks = fitTasks(config, foldIds, isNet);
    if (tasks.length > MAX_FITS) throw new StageFault(tooManyFits(tasks.length, settings.scheme));
    const byHorizon: Record<string, FoldsByHorizon[string]> = {};
    for (const { bars: horizonBars } of config.labels.horizons) {
      const ref = labels[String(horizonBars)];
      if (ref === undefined)
        throw new StageFault({
          code: 'ArtifactMissing',
          message: `there are no labels of ${String(horizonBars)} bars`,
        });
      const t1 = await readLabelEnds(artifacts, ref);
      const built = buildFolds(time, t1, boundaries, settings, longest);
      const folds = unwrap(sayingWhy(built, config));
      const classes = await readClasses(artifacts, ref);
      for (const fold of folds) unwrap(checkTrainingClasses(classes, fold.train, fold.id));
      byHorizon[String(horizonBars)] = folds;
      onProgress({
        phase: 'splitting',
        step: Object.keys(byHorizon).length,
        steps: config.labels.horizons.length,
        loss: null,
      });
    }
    const seen =
      features !== undefined && endsEarly(config)
        ? {
            seen: await artifacts.putJson(
              await seenRowsOf(byHorizon, { bars, labels, features }, artifacts),
              ARTIFACT_KINDS.seenRows,
            ),
          }
        : {};
    return {
      outputs: { folds: await artifacts.putJson(byHorizon, ARTIFACT_KINDS.folds), ...seen },
      parts: [],
      facts: { tasks: tasks.map((task) => ({ ...task })), embargo: { ...embargo } },
    };
  },
};

/** Whether a fold may end before the bars do. Of the other schemes every fold reaches to the end of the series. */
function endsEarly({ splits }: SymbolConfig): boolean {
  return splits.scheme === 'walkForward';
}

function tooManyFits(fits: number, scheme: SymbolConfig['splits']['scheme']): Fault {
  const fewerFolds =
    scheme === 'walkForward' ? 'lengthen splits.walkForward.testDays' : 'ask for fewer groups in splits.groups';
  const message = `the splits ask for ${String(fits)} fits of one symbol; at most ${String(MAX_FITS)} fit into one history: ${fewerFolds}, or enable fewer families or horizons`;
  return { code: 'InvalidSplits', message, details: { fits } };
}

function enabledFamilies(config: SymbolConfig): readonly FitTask['family'][] {
  return modelFamilySchema.options.filter((family) => config.models[family].enabled);
}

/** Every family on every fold: a family of rows once a horizon, a net once for all horizons. */
function fitTasks(
  config: SymbolConfig,
  foldIds: readonly string[],
  isNet: (family: FitTask['family']) => boolean,
): readonly FitTask[] {
  const horizons = config.labels.horizons.map(({ bars }) => bars);
  const { device } = config.nets;
  return enabledFamilies(config).flatMap((family) =>
    foldIds.flatMap((foldId): readonly FitTask[] =>
      isNet(family)
        ? [{ family, horizons, foldId, device, resumable: true }]
        : horizons.map((bars) => ({
            family,
            horizons: [bars],
            foldId,
            device: 'cpu' as const,
            resumable: false,
          })),
    ),
  );
}

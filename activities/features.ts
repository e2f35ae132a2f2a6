import { DAY_MS } from '../domain/core/durations';
import { barBlocks } from '../domain/core/bars';
import { createFeatureComputer } from '../domain/features/compute';
import { featureContext } from '../domain/features/context';
import type { FeatureContext, FracDiff } from '../domain/features/declaration';
import type { FittedFracDiff } from '../domain/features/fit-frac-diff';
import { fitFracDiff } from '../domain/features/fit-frac-diff';
import { adfTest } from '../domain/statistics/adf';
import { createAsOfFeed } from '../inference/as-of-feed';
import type { SymbolConfig } from '../shared/contracts/config/schema';
import { featuresInputSchema } from '../shared/contracts/stages';
import type { FeaturesInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import type { Artifacts } from '../shared/store/artifacts';
import { readBars } from '../shared/tables/bar-table';
import { createTableWriter, float64Column, openTable } from '../shared/tables/table-store';
import { firstPartMaterial } from './support/first-part';
import { firstPartOf } from './support/split-settings';
import type { ReportProgress, StageDefinition } from './support/stage-definition';
import { StageFault, unwrap } from './support/stage-fault';

/** Rows computed at once: a hundred columns of them take 13 MB, where a hundred of a whole part of bars take 400 MB. */
const BLOCK_ROWS = 16_384;

/** The level at which ADF rejects a unit root. */
const STATIONARY_P = 0.05;

/**
 * Features: one column for each declared feature, row for row with the bars, computed part by part. Fractional
 * differentiation is fitted on the first training part before; bars of other symbols are laid beside as of each close.
 */
export const featuresStage: StageDefinition<FeaturesInput, 'features'> = {
  stage: 'features',
  schema: featuresInputSchema,
  part: () => '',
  material: async (input, context) => {
    const config = await context.symbolConfig(input.scope);
    const { features } = config;
    const unfitted = contextOf(input, config, features.fracDiff.enabled ? placeholder(features.fracDiff.width) : null);
    // By name, so that a feature that is declared later makes another table.
    const { names } = unwrap(createFeatureComputer(features.include, unfitted));
    const { higherTimeframeMultiple, higherTimeframeMultiple2 } = unfitted;
    const { bars, timeframeMs, cross = [] } = input;
    return {
      bars: bars.sha256,
      timeframeMs,
      names,
      higherTimeframeMultiple,
      higherTimeframeMultiple2,
      ...(features.fracDiff.enabled
        ? { fracDiff: { width: features.fracDiff.width, firstPart: firstPartMaterial(config) } }
        : {}),
      ...(cross.length > 0
        ? { cross: cross.map((other) => other.bars.sha256), crossMaxAgeDays: features.crossMaxAgeDays }
        : {}),
    };
  },
  compute: async (input, context, onProgress) => {
    const config = await context.symbolConfig(input.scope);
    const { artifacts } = context.store;
    const { bars, cross = [] } = input;
    const fitted = await fitOn(input, config, artifacts, onProgress);
    const computer = unwrap(
      createFeatureComputer(config.features.include, contextOf(input, config, fitted?.fracDiff ?? null)),
    );
    const others = createAsOfFeed(
      cross.map((other) => readBars(artifacts, other.bars, ARTIFACT_KINDS.bars)),
      config.features.crossMaxAgeDays * DAY_MS,
    );
    const writer = createTableWriter(artifacts, ARTIFACT_KINDS.features);
    let rows = 0;
    for await (const chunk of readBars(artifacts, bars, ARTIFACT_KINDS.bars)) {
      for (const block of barBlocks(chunk, BLOCK_ROWS)) {
        const columns = computer.push(block, await others.joined(block.time));
        const named = computer.names.map((name, i) => [name, columns[i] ?? new Float64Array(0)] as const);
        await writer.push(Object.fromEntries([['time', block.time] as const, ...named]));
        rows += block.time.length;
        onProgress({ phase: 'features', step: rows, steps: null, loss: null });
      }
    }
    refuseWithoutOverlap(input, others.counts(), config);
    const table = await writer.finish();
    return {
      outputs: {
        features: table.ref,
        ...(fitted === null
          ? {}
          : { fitted: await artifacts.putJson({ fracDiff: fitted.fracDiff }, ARTIFACT_KINDS.fittedFeatures) }),
      },
      parts: table.parts,
      facts: {
        rows,
        features: computer.names.length,
        ...(fitted === null ? {} : { fracDiff: { ...fitted.fracDiff, stationary: fitted.stationary } }),
        ...(cross.length === 0
          ? {}
          : { cross: cross.map(({ symbol }, i) => ({ symbol, rows: others.counts()[i] ?? 0 })) }),
      },
    };
  },
};

function contextOf(
  { timeframeMs, cross = [] }: FeaturesInput,
  { features }: SymbolConfig,
  fracDiff: FracDiff | null,
): FeatureContext {
  return featureContext(features, timeframeMs, { fracDiff, cross: cross.map(({ symbol }) => symbol) });
}

/** Stands for what is not fitted yet where only the names of the columns matter. */
function placeholder(width: number): FracDiff {
  return { order: 1, width, referencePrice: 1 };
}

/** Fits on the first training part, which is known from the bars alone; null where nothing is asked for. */
async function fitOn(
  { bars }: FeaturesInput,
  config: SymbolConfig,
  artifacts: Artifacts,
  onProgress: ReportProgress,
): Promise<FittedFracDiff | null> {
  const { enabled, width } = config.features.fracDiff;
  if (!enabled) return null;
  const table = await openTable(artifacts, bars, ARTIFACT_KINDS.bars);
  const columns = await table.columns(['time', 'close']);
  const [from, to] = firstPartOf(float64Column(columns, 'time'), config);
  let tried = 0;
  return unwrap(
    fitFracDiff(float64Column(columns, 'close').slice(from, to), width, (series) => {
      tried += 1;
      onProgress({ phase: 'order of differentiation', step: tried, steps: null, loss: null });
      const test = adfTest(series);
      return test !== null && test.pValue < STATIONARY_P;
    }),
  );
}

/** A symbol that never stands beside the series would leave no complete row at all. */
function refuseWithoutOverlap(
  { scope, cross = [] }: FeaturesInput,
  counts: readonly number[],
  { features }: SymbolConfig,
): void {
  const alone = cross.find((_, i) => counts[i] === 0);
  if (alone === undefined) return;
  throw new StageFault({
    code: 'InvalidBars',
    message:
      `${scope.symbol} and ${alone.symbol} (features.cross) do not overlap: no bar of ${alone.symbol} closes within ` +
      `${String(features.crossMaxAgeDays)} days before any bar of ${scope.symbol}; take another symbol, or bars of the same time`,
  });
}

import { evaluatePaths } from '../domain/evaluate/evaluate';
import type { Evaluation } from '../domain/core/evaluation';
import { resultsByRegime } from '../domain/evaluate/by-regime';
import { primaryAlone } from '../domain/evaluate/primary-alone';
import type { EvaluationInput } from '../domain/evaluate/evaluate';
import { REGIMES, fitRegimes, labelRegimes } from '../domain/statistics/regimes';
import { longestLabelBars } from '../shared/contracts/config/resolve';
import type { SymbolConfig } from '../shared/contracts/config/schema';
import { schemeSettings, splitSettings } from './support/split-settings';
import { firstTrainingPart } from '../domain/splits/first-training-part';
import { medianPathDays } from '../domain/evaluate/daily-returns';
import { deriveSeed, randomFromSeed } from '../domain/core/random';
import { evaluateInputSchema } from '../shared/contracts/stages';
import type { EvaluateInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { modelPart } from '../shared/names/ids';
import { readLabels, readSides } from '../shared/tables/label-table';
import { float64Column, openTable } from '../shared/tables/table-store';
import { pathPredictionsFromColumns, predictionsByPath } from '../shared/tables/prediction-table';
import type { StageDefinition } from './support/stage-definition';
import { unwrap } from './support/stage-fault';

/** Evaluate: discrimination, calibration and a backtest with costs, over the test rows of all folds, path by path. */
export const evaluateStage: StageDefinition<EvaluateInput, 'evaluate'> = {
  stage: 'evaluate',
  schema: evaluateInputSchema,
  part: ({ family, horizonBars }) => modelPart(family, horizonBars),
  material: async (input, context) => {
    const config = await context.symbolConfig(input.scope);
    const { backtest, evaluation } = config;
    const { seed } = await context.runConfig(input.scope.config);
    return {
      bars: input.bars.sha256,
      labels: input.labels.sha256,
      predictions: input.predictions.sha256,
      horizonBars: input.horizonBars,
      backtest,
      evaluation,
      // Where the first training part ends, on which regimes are told apart.
      firstPart: { splits: schemeSettings(config), longestLabelBars: longestLabelBars(config.labels) },
      seed: deriveSeed(seed, 'evaluate', input.scope.symbol, input.horizonBars),
    };
  },
  compute: async (input, context, onProgress) => {
    const { artifacts } = context.store;
    const { backtest, evaluation } = await context.symbolConfig(input.scope);
    const { seed } = await context.runConfig(input.scope.config);
    const labels = await readLabels(artifacts, input.labels);
    const sides = await readSides(artifacts, input.labels);
    const predictionTable = await openTable(artifacts, input.predictions, ARTIFACT_KINDS.predictions);
    const paths = predictionsByPath(pathPredictionsFromColumns(await predictionTable.columns()));
    const barTable = await openTable(artifacts, input.bars, ARTIFACT_KINDS.bars);
    const barColumns = await barTable.columns(['time', 'close']);
    onProgress({ phase: 'evaluating', step: 0, steps: evaluation.bootstrapSamples, loss: null });
    const random = randomFromSeed(deriveSeed(seed, 'evaluate', input.scope.symbol, input.horizonBars));
    const inputs = paths.map(({ row: rows, probabilities }) => ({
      rows,
      probabilities,
      classIndex: Int8Array.from(rows, (row) => labels.classIndex[row] ?? -1),
      returnAtr: pick(labels.returnAtr, rows),
      sides: {
        entry: pick(labels.entry, rows),
        exitLong: pick(labels.exitLong, rows),
        t1RowLong: Int32Array.from(rows, (row) => labels.t1RowLong[row] ?? -1),
        exitShort: pick(labels.exitShort, rows),
        t1RowShort: Int32Array.from(rows, (row) => labels.t1RowShort[row] ?? -1),
      },
      ...(sides === null ? {} : { primary: Int8Array.from(rows, (row) => sides[row] ?? 0) }),
      bars: { firstRow: 0, time: float64Column(barColumns, 'time'), close: float64Column(barColumns, 'close') },
      horizonBars: input.horizonBars,
      evaluation,
      backtest,
      random,
    }));
    const whole = await context.symbolConfig(input.scope);
    const alone = primaryAlone(inputs.map((path) => ({ ...path, settings: backtest })));
    const judged = {
      ...unwrap(evaluatePaths(inputs)),
      ...(alone === null ? {} : { primary: alone }),
      ...regimesPart(inputs, whole, deriveSeed(seed, 'regimes', input.scope.symbol, input.horizonBars)),
    };
    const days = unwrap(medianPathDays(inputs.map((path) => ({ ...path, settings: backtest }))));
    return {
      outputs: {
        evaluation: await artifacts.putJson(judged, ARTIFACT_KINDS.evaluation),
        returns: await artifacts.putJson(days, ARTIFACT_KINDS.dailyReturns),
      },
      parts: [],
      facts: { testRows: judged.testRows, trades: judged.trades, ...(paths.length > 1 ? { paths: paths.length } : {}) },
    };
  },
};

/** Results by regime; nothing where the first training part is too short to fit thresholds on: the rest stands without. */
function regimesPart(
  inputs: readonly EvaluationInput[],
  config: SymbolConfig,
  seed: number,
): Pick<Evaluation, 'regimes'> {
  const [first] = inputs;
  if (first === undefined) return {};
  const { time, close } = first.bars;
  const part = firstTrainingPart(time, splitSettings(config), longestLabelBars(config.labels));
  if (!part.ok) return {};
  const thresholds = fitRegimes(close, part.value[1], { windowBars: config.evaluation.regimeBars });
  if (!thresholds.ok) return {};
  return { regimes: resultsByRegime(inputs, labelRegimes(close, thresholds.value), REGIMES, seed) };
}

function pick(column: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => column[row] ?? NaN);
}

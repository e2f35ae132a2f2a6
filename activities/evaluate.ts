import { evaluatePaths } from '../domain/evaluate/evaluate';
import { medianPathDays } from '../domain/evaluate/daily-returns';
import { deriveSeed, randomFromSeed } from '../domain/core/random';
import { evaluateInputSchema } from '../shared/contracts/stages';
import type { EvaluateInput } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { modelPart } from '../shared/names/ids';
import { readLabels } from '../shared/tables/label-table';
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
    const { backtest, evaluation } = await context.symbolConfig(input.scope);
    const { seed } = await context.runConfig(input.scope.config);
    return {
      bars: input.bars.sha256,
      labels: input.labels.sha256,
      predictions: input.predictions.sha256,
      horizonBars: input.horizonBars,
      backtest,
      evaluation,
      seed: deriveSeed(seed, 'evaluate', input.scope.symbol, input.horizonBars),
    };
  },
  compute: async (input, context, onProgress) => {
    const { artifacts } = context.store;
    const { backtest, evaluation } = await context.symbolConfig(input.scope);
    const { seed } = await context.runConfig(input.scope.config);
    const labels = await readLabels(artifacts, input.labels);
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
      bars: { firstRow: 0, time: float64Column(barColumns, 'time'), close: float64Column(barColumns, 'close') },
      horizonBars: input.horizonBars,
      evaluation,
      backtest,
      random,
    }));
    const judged = unwrap(evaluatePaths(inputs));
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

function pick(column: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => column[row] ?? NaN);
}

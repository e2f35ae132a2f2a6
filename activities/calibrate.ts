import { CLASS_COUNT } from '../domain/core/classes';
import { emptyMatrix } from '../domain/core/matrix';
import { chooseCalibrator } from '../domain/calibrate/choose';
import { calibrateInputSchema } from '../shared/contracts/stages';
import type { CalibrateInput, FitResult } from '../shared/contracts/stages';
import { ARTIFACT_KINDS } from '../shared/names/artifact-kinds';
import { modelPart } from '../shared/names/ids';
import type { Artifacts } from '../shared/store/artifacts';
import { readClasses } from '../shared/tables/label-table';
import { createTableWriter, openTable } from '../shared/tables/table-store';
import { PREDICTED_PARTS } from '../domain/core/predictions';
import { pathPredictionColumns, predictionsFromColumns, rowsOfPart } from '../shared/tables/prediction-table';
import type { PathPredictions, RowPredictions } from '../domain/core/predictions';
import { pathsOfRows } from '../domain/splits/backtest-paths';
import type { StageDefinition } from './support/stage-definition';
import { unwrap } from './support/stage-fault';

/**
 * Calibrate: for each fold, calibrators are fitted on the first half of the validation part, chosen on the second, and
 * applied to the test part. The test rows of all folds are what is judged: in time order, and path by path where folds test
 * the same rows.
 */
export const calibrateStage: StageDefinition<CalibrateInput, 'calibrate'> = {
  stage: 'calibrate',
  schema: calibrateInputSchema,
  part: ({ family, horizonBars }) => modelPart(family, horizonBars),
  material: async ({ scope, labels, fits }, context) => ({
    calibration: (await context.symbolConfig(scope)).calibration,
    labels: labels.sha256,
    predictions: fits.map((fit) => ({ foldId: fit.foldId, sha256: fit.predictions.sha256 })),
  }),
  compute: async ({ scope, labels, fits }, context, onProgress) => {
    const { artifacts } = context.store;
    const { methods } = (await context.symbolConfig(scope)).calibration;
    const classIndex = await readClasses(artifacts, labels);
    const calibrated: RowPredictions[] = [];
    const chosen = [];
    for (const [i, fit] of fits.entries()) {
      const predictions = await readFoldPredictions(artifacts, fit);
      const { calibrator, scores } = unwrap(
        chooseCalibrator(
          methods,
          labelledPart(predictions, PREDICTED_PARTS.stopping, classIndex),
          labelledPart(predictions, PREDICTED_PARTS.choosing, classIndex),
        ),
      );
      const test = rowsOfPart(predictions, PREDICTED_PARTS.test);
      calibrated.push({ ...test, probabilities: calibrator.apply(test.probabilities) });
      chosen.push({ foldId: fit.foldId, method: calibrator.method, state: calibrator.toJson(), scores });
      onProgress({ phase: 'calibrating', step: i + 1, steps: fits.length, loss: null });
    }
    const writer = createTableWriter(artifacts, ARTIFACT_KINDS.predictions);
    await writer.push(pathPredictionColumns(inPathOrder(calibrated)));
    const table = await writer.finish();
    return {
      outputs: {
        calibrators: await artifacts.putJson({ folds: chosen }, ARTIFACT_KINDS.calibrators),
        predictions: table.ref,
      },
      parts: table.parts,
      facts: { methods: chosen.map(({ method }) => method), testRows: table.rows },
    };
  },
};

async function readFoldPredictions(artifacts: Artifacts, fit: FitResult): Promise<RowPredictions> {
  const table = await openTable(artifacts, fit.predictions, ARTIFACT_KINDS.foldPredictions);
  return predictionsFromColumns(await table.columns());
}

function labelledPart(predictions: RowPredictions, part: number, classIndex: Int8Array) {
  const rows = rowsOfPart(predictions, part);
  return { probabilities: rows.probabilities, labels: Int8Array.from(rows.row, (row) => classIndex[row] ?? -1) };
}

/** Test rows of all folds, path by path, each in the order of the bars. */
function inPathOrder(folds: readonly RowPredictions[]): PathPredictions {
  const paths = pathsOfRows(folds.map(({ row }) => row));
  const entries = folds
    .flatMap((fold, f) => [...fold.row].map((row, r) => ({ row, f, r, path: paths[f]?.[r] ?? 0 })))
    .sort((a, b) => a.path - b.path || a.row - b.row);
  const probabilities = emptyMatrix(entries.length, CLASS_COUNT);
  for (const [i, { f, r }] of entries.entries()) {
    const from = folds[f]?.probabilities.data ?? new Float64Array(0);
    probabilities.data.set(from.subarray(r * CLASS_COUNT, (r + 1) * CLASS_COUNT), i * CLASS_COUNT);
  }
  return {
    row: Int32Array.from(entries, ({ row }) => row),
    part: new Int8Array(entries.length).fill(PREDICTED_PARTS.test),
    path: Int32Array.from(entries, ({ path }) => path),
    probabilities,
  };
}

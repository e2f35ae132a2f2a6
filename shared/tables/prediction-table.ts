import type { PathPredictions, RowPredictions } from '../../domain/core/predictions';
import { CLASS_COUNT, CLASS_NAMES } from '../../domain/core/classes';
import { emptyMatrix } from '../../domain/core/matrix';
import type { ColumnArray, TableChunk } from './table';
import { float64Column, int32Column, int8Column } from './table-store';

export function predictionColumns({ row, part, probabilities }: RowPredictions): TableChunk {
  const byClass = CLASS_NAMES.map((name, c) => {
    const column = Float64Array.from({ length: row.length }, (_, r) => probabilities.data[r * CLASS_COUNT + c] ?? NaN);
    return [name, column] satisfies [string, ColumnArray];
  });
  const byName: [string, ColumnArray][] = [['row', row], ['part', part], ...byClass];
  return Object.fromEntries(byName);
}

export function predictionsFromColumns(chunk: TableChunk): RowPredictions {
  const row = int32Column(chunk, 'row');
  const probabilities = emptyMatrix(row.length, CLASS_COUNT);
  for (const [c, name] of CLASS_NAMES.entries()) {
    const column = float64Column(chunk, name);
    for (let r = 0; r < row.length; r += 1) probabilities.data[r * CLASS_COUNT + c] = column[r] ?? NaN;
  }
  return { row, part: int8Column(chunk, 'part'), probabilities };
}

/** Test rows with their backtest paths. */
export function pathPredictionColumns(predictions: PathPredictions): TableChunk {
  return { ...predictionColumns(predictions), path: predictions.path };
}

/** Tables written before there were paths have none: all is path 0. */
export function pathPredictionsFromColumns(chunk: TableChunk): PathPredictions {
  const predictions = predictionsFromColumns(chunk);
  const path = 'path' in chunk ? int32Column(chunk, 'path') : new Int32Array(predictions.row.length);
  return { ...predictions, path };
}

/** The rows of each path, in their order, where the rows of a path stand together. */
export function predictionsByPath({ row, part, path, probabilities }: PathPredictions): readonly RowPredictions[] {
  const starts = [...path.keys()].filter((r) => r === 0 || path[r] !== path[r - 1]);
  return starts.map((from, i) => {
    const to = starts[i + 1] ?? path.length;
    const data = probabilities.data.subarray(from * CLASS_COUNT, to * CLASS_COUNT);
    return {
      row: row.subarray(from, to),
      part: part.subarray(from, to),
      probabilities: { ...probabilities, rows: to - from, data },
    };
  });
}

/** The rows of one part, in their order. */
export function rowsOfPart(predictions: RowPredictions, part: number): RowPredictions {
  const chosen = [...predictions.part.keys()].filter((r) => predictions.part[r] === part);
  const probabilities = emptyMatrix(chosen.length, CLASS_COUNT);
  for (const [i, r] of chosen.entries()) {
    probabilities.data.set(
      predictions.probabilities.data.subarray(r * CLASS_COUNT, (r + 1) * CLASS_COUNT),
      i * CLASS_COUNT,
    );
  }
  return {
    row: Int32Array.from(chosen, (r) => predictions.row[r] ?? -1),
    part: Int8Array.from(chosen, () => part),
    probabilities,
  };
}

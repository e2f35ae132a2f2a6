import type { RowPredictions } from '../../domain/core/predictions';
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

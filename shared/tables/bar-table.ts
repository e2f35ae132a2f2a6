import type { BarColumns } from '../../domain/core/bars';
import type { ArtifactRef } from '../contracts/artifact';
import type { ArtifactKind, Artifacts } from '../store/artifacts';
import type { TableChunk } from './table';
import { float64Column, openTable } from './table-store';

export function barsToChunk(bars: BarColumns): TableChunk {
  const { time, open, high, low, close, volume } = bars;
  return { time, open, high, low, close, volume };
}

function barsFromChunk(chunk: TableChunk): BarColumns {
  return {
    time: float64Column(chunk, 'time'),
    open: float64Column(chunk, 'open'),
    high: float64Column(chunk, 'high'),
    low: float64Column(chunk, 'low'),
    close: float64Column(chunk, 'close'),
    volume: float64Column(chunk, 'volume'),
  };
}

/** Bars part by part, so that a long series never sits in memory at once. */
export async function* readBars(
  artifacts: Artifacts,
  ref: ArtifactRef,
  kind: ArtifactKind,
): AsyncGenerator<BarColumns> {
  const table = await openTable(artifacts, ref, kind);
  for await (const chunk of table.chunks()) yield barsFromChunk(chunk);
}

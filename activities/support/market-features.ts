import { FEATURE_TABLE } from '../../domain/features/table';
import type { TableReader } from '../../shared/tables/table-store';

const CLOCKWORK: ReadonlySet<string> = new Set(
  FEATURE_TABLE.filter(({ family }) => family === 'calendar').map(({ name }) => name),
);

/** Columns of a feature table that hold features, in their order. */
export function featureNames({ manifest }: Pick<TableReader, 'manifest'>): readonly string[] {
  return manifest.columns.map(({ name }) => name).filter((name) => name !== 'time');
}

/** Whether a feature tells of the calendar alone, and so comes back every day or week whatever the market did. */
export function isClockwork(name: string): boolean {
  return CLOCKWORK.has(name);
}

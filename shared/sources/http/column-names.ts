import type { FilesSourceConfig } from '../../contracts/config/source-schema';
import type { HttpSourceConfig } from '../../contracts/config/http-source';

/** Configured columns as the readers of files take them: a position is the name of its column where there are no names. */
export function columnNames(columns: HttpSourceConfig['bars']['columns']): FilesSourceConfig['columns'] {
  const name = (column: string | number | null): string | null => (column === null ? null : String(column));
  return {
    time: name(columns.time),
    open: name(columns.open),
    high: name(columns.high),
    low: name(columns.low),
    close: name(columns.close),
    volume: name(columns.volume),
    symbol: null,
  };
}

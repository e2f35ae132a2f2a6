import type { Result } from '../../domain/core/result';
import { fail } from '../../domain/core/result';
import type { RowRange } from '../../domain/core/rows';
import { firstTrainingPart } from '../../domain/splits/first-training-part';
import { enablesNets } from '../../shared/contracts/config/net-faults';
import { longestLabelBars } from '../../shared/contracts/config/resolve';
import type { SymbolConfig } from '../../shared/contracts/config/schema';
import { unwrap } from './stage-fault';

/** Where nets are trained every part must hold one window at least, or they would fail after all other fits were done. */
export function splitSettings({ splits, models, nets }: SymbolConfig): SymbolConfig['splits'] {
  if (!enablesNets(models)) return splits;
  return { ...splits, minPartRows: Math.max(splits.minPartRows, nets.lookback) };
}

/** A person who gave a smaller `minPartRows` is told where the larger one comes from. */
export function sayingWhy<T>(result: Result<T>, config: SymbolConfig): Result<T> {
  if (result.ok || splitSettings(config).minPartRows === config.splits.minPartRows) return result;
  const { code, message, details } = result.fault;
  const { lookback } = config.nets;
  const why = `a part must hold one window of nets.lookback, ${String(lookback)} bars: shorten that, or leave the nets out`;
  return fail(code, `${message} (${why})`, details);
}

/** The rows on which whatever is fitted once a symbol is fitted. `time` is that of all bars. */
export function firstPartOf(time: Float64Array, config: SymbolConfig): RowRange {
  const found = firstTrainingPart(time, splitSettings(config), longestLabelBars(config.labels));
  return unwrap(sayingWhy(found, config));
}
